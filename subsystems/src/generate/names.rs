//! Invented names of towns, firms and people, put together from common characters.

use super::Chance;

const FAMILY: [&str; 60] = [
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林",
    "何", "郭", "马", "罗", "梁", "宋", "郑", "谢", "韩", "唐", "冯", "于", "董", "萧", "程", "曹",
    "袁", "邓", "许", "傅", "沈", "曾", "彭", "吕", "苏", "卢", "蒋", "蔡", "贾", "丁", "魏", "薛",
    "叶", "阎", "余", "潘", "杜", "戴", "夏", "钟", "汪", "田", "任", "姜",
];
const GIVEN: [&str; 48] = [
    "伟", "芳", "敏", "静", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超", "霞",
    "平", "刚", "建", "国", "文", "华", "志", "永", "玉", "秀", "海", "春", "晓", "立", "新", "东",
    "浩", "宇", "欣", "佳", "雪", "梅", "兰", "宁", "博", "瑞", "凯", "鑫", "辉", "龙", "波", "红",
];
const TOWN_FIRST: [&str; 40] = [
    "青", "云", "石", "柳", "白", "清", "龙", "凤", "金", "玉", "梅", "竹", "松", "枫", "兰", "月",
    "星", "溪", "沙", "泉", "杏", "桃", "榆", "槐", "鹤", "鹿", "雁", "莲", "荷", "苇", "双", "九",
    "长", "太", "永", "瑞", "和", "安", "丰", "明",
];
const TOWN_SECOND: [&str; 32] = [
    "桥", "山", "泉", "湖", "塘", "河", "埠", "岭", "坪", "湾", "店", "集", "庄", "堡", "阁", "亭",
    "渡", "沟", "台", "峪", "埝", "滩", "岗", "寨", "洼", "圩", "渚", "浦", "屿", "源", "垣", "陂",
];
const BRAND_FIRST: [&str; 40] = [
    "恒", "鼎", "盛", "华", "泰", "宏", "远", "德", "信", "佳", "万", "天", "中", "利", "昌", "兴",
    "隆", "康", "瑞", "祥", "鑫", "锦", "腾", "凯", "博", "创", "联", "合", "众", "汇", "诚", "益",
    "嘉", "润", "通", "达", "卓", "立", "正", "同",
];
const BRAND_SECOND: [&str; 40] = [
    "拓", "源", "业", "丰", "力", "辰", "阳", "川", "峰", "林", "海", "江", "岳", "岩", "光", "明",
    "星", "宇", "航", "翔", "锐", "科", "新", "创", "越", "途", "瀚", "晟", "旭", "昊", "邦", "威",
    "驰", "顺", "安", "宁", "和", "融", "成", "程",
];
const BRAND_THIRD: [&str; 24] = [
    "", "", "", "", "", "", "特", "斯", "尔", "诺", "隆", "达", "利", "嘉", "美", "泽", "帆", "信",
    "森", "禾", "格", "曼", "维", "迪",
];

/// A family name and one or two given characters.
pub fn person_name(chance: &mut Chance) -> String {
    let mut name = format!("{}{}", chance.pick(&FAMILY), chance.pick(&GIVEN));
    if chance.percent(70) {
        name.push_str(chance.word(&GIVEN));
    }
    name
}

/// The part of a firm's name that is its own: 恒拓, 鼎源诺.
pub fn brand(chance: &mut Chance) -> String {
    let (first, second) = (chance.pick(&BRAND_FIRST), chance.pick(&BRAND_SECOND));
    format!("{first}{second}{}", chance.pick(&BRAND_THIRD))
}

/// The nth invented town of a county, without its kind; different for every `nth` below 1,280.
pub(super) fn town(offset: usize, nth: usize) -> String {
    let names = TOWN_FIRST.len() * TOWN_SECOND.len();
    // 37 shares no factor with 1,280, so that every name comes once.
    let at = (offset + nth * 37) % names;
    format!(
        "{}{}",
        TOWN_FIRST[at % TOWN_FIRST.len()],
        TOWN_SECOND[at / TOWN_FIRST.len()]
    )
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::town;

    #[test]
    fn no_county_has_two_towns_of_one_name() {
        for offset in [0, 5, 1_279] {
            let names: HashSet<String> = (0..1_280).map(|nth| town(offset, nth)).collect();
            assert_eq!(names.len(), 1_280);
        }
    }
}
