//! Log lines on standard error: one a request, none with personal data.

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Begins logging for the process; a second call (in tests) does nothing.
pub fn begin(log: &Log) {
    // Libraries speak up only when something is wrong.
    let filter = EnvFilter::new(format!(
        "warn,server={level},jinzhi={level},app={level},store={level},web={level},api={level},request={level}",
        level = log.level
    ));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = match log.json {
        true => lines.json().flatten_event(true).try_init(),
        false => lines.with_ansi(false).try_init(),
    };
}
