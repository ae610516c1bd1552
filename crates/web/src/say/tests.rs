//! Both languages say the same.

use super::*;

#[test]
fn both_languages_say_everything_and_put_in_the_same() {
    for (name, zh, en) in [
        ALL,
        bring::ALL,
        doors::ALL,
        guide::ALL,
        watch::ALL,
        posts::ALL,
        units::ALL,
        strangers::ALL,
        told::ALL,
    ]
    .concat()
    {
        assert!(!zh.is_empty() && !en.is_empty(), "{name} says nothing");
        for put in ["{n}", "{a}", "{b}", "{who}", "{when}", "{act}", "{left}"] {
            assert_eq!(zh.contains(put), en.contains(put), "{name}: {put}");
        }
        assert!(!zh.contains('…') && !en.contains("TODO"), "{name}");
    }
}
