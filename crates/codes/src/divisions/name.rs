//! Names of divisions as people write them: with or without the province, 省, 市, 区, 县 or the nationality.

use super::{Division, path};

/// Whether the text names this division, alone or after some of the divisions above it.
pub(super) fn is_named(division: &Division, wanted: &str) -> bool {
    let spellings = [division.name, short_name(division.name)];
    let above = path(division.code);
    let above = above.split_last().map_or(&[][..], |(_, above)| above);
    spellings.iter().any(|spelling| {
        wanted
            .strip_suffix(spelling)
            .is_some_and(|head| is_above(above, head))
    })
}

/// Whether the text is a row of names out of `above`, in their order, with gaps allowed.
fn is_above(above: &[&Division], text: &str) -> bool {
    if text.is_empty() {
        return true;
    }
    let Some((first, rest)) = above.split_first() else {
        return false;
    };
    let spellings = [first.name, short_name(first.name)];
    is_above(rest, text)
        || spellings.iter().any(|s| {
            text.strip_prefix(s)
                .is_some_and(|tail| is_above(rest, tail))
        })
}

/// The name without 省, 市, 区, 县 and the like, and without nationalities: 萧山, 广西, 楚雄.
///
/// Two characters at least must remain: 忠县 stays 忠县.
pub fn short_name(name: &str) -> &str {
    let suffix = SUFFIXES.iter().find_map(|suffix| {
        let stem = name.strip_suffix(suffix)?;
        is_long_enough(stem).then_some((stem, suffix.starts_with("自治")))
    });
    match suffix {
        Some((stem, true)) => without_nationalities(stem),
        Some((stem, false)) => stem,
        None => name,
    }
}

const SUFFIXES: &[&str] = &[
    "特别行政区",
    "自治区",
    "自治州",
    "自治县",
    "自治旗",
    "地区",
    "林区",
    "省",
    "市",
    "区",
    "县",
    "旗",
    "盟",
];

fn without_nationalities(name: &str) -> &str {
    let mut stem = name;
    while let Some(shorter) = NATIONALITIES.iter().find_map(|nation| {
        let rest = stem
            .strip_suffix("族")
            .unwrap_or(stem)
            .strip_suffix(nation)?;
        is_long_enough(rest).then_some(rest)
    }) {
        stem = shorter;
    }
    stem
}

fn is_long_enough(stem: &str) -> bool {
    stem.chars().nth(1).is_some()
}

/// The 55 recognised nationalities (GB/T 3304-1991) without 族, and 各 as in 各族自治县.
const NATIONALITIES: &[&str] = &[
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "各",
];

#[cfg(test)]
mod tests {
    use super::short_name;

    #[test]
    fn short_names_are_those_in_use() {
        for (name, short) in [
            ("浙江省", "浙江"),
            ("杭州市", "杭州"),
            ("萧山区", "萧山"),
            ("忠县", "忠县"),
            ("广西壮族自治区", "广西"),
            ("内蒙古自治区", "内蒙古"),
            ("新疆维吾尔自治区", "新疆"),
            ("楚雄彝族自治州", "楚雄"),
            ("巴音郭楞蒙古自治州", "巴音郭楞"),
            ("西双版纳傣族自治州", "西双版纳"),
            ("保亭黎族苗族自治县", "保亭"),
            ("龙胜各族自治县", "龙胜"),
            ("香港特别行政区", "香港"),
            ("神农架林区", "神农架"),
            ("阿拉善盟", "阿拉善"),
            ("阿拉善左旗", "阿拉善左"),
            ("", ""),
        ] {
            assert_eq!(short_name(name), short, "{name}");
        }
    }
}
