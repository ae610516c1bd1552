//! The words of the frame itself, in Chinese and English; labels of registers come from definitions.

/// The language a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    #[default]
    Zh,
    En,
}

impl Lang {
    pub fn words(self) -> &'static Words {
        match self {
            Lang::Zh => &ZH,
            Lang::En => &EN,
        }
    }

    /// The value of the `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Zh => "zh-CN",
            Lang::En => "en",
        }
    }
}

macro_rules! words {
    ($($name:ident: $zh:literal / $en:literal,)*) => {
        /// Every word that the components say by themselves. `{n}` stands for a number.
        #[derive(Debug)]
        pub struct Words {
            pub lang: Lang,
            $(pub $name: &'static str,)*
        }

        pub static ZH: Words = Words { lang: Lang::Zh, $($name: $zh,)* };
        pub static EN: Words = Words { lang: Lang::En, $($name: $en,)* };

        #[cfg(test)]
        const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $zh, $en),)*];
    };
}

words! {
    // between words
    comma: "、" / ", ",
    semicolon: "；" / "; ",
    colon: "：" / ": ",
    bracket: "（" / " (",
    bracket_end: "）" / ")",
    either: "／" / " / ",
    gap: "　" / " ",
    // frame
    skip: "跳到正文" / "Skip to content",
    menu: "菜单" / "Menu",
    main_nav: "主导航" / "Main navigation",
    search: "搜索" / "Search",
    search_results: "搜索建议" / "Suggestions",
    sign_out: "退出登录" / "Sign out",
    crumbs: "当前位置" / "You are here",
    error_title: "错误：" / "Error: ",
    posts: "岗位" / "Post",
    theme: "配色" / "Colours",
    theme_system: "跟随系统" / "System",
    theme_light: "浅色" / "Light",
    theme_dark: "深色" / "Dark",
    density: "疏密" / "Density",
    density_auto: "自动" / "Auto",
    density_compact: "紧凑" / "Compact",
    density_normal: "适中" / "Normal",
    density_touch: "宽松" / "Roomy",
    keys: "单键快捷键" / "Single-key shortcuts",
    keys_on: "开" / "On",
    keys_off: "关" / "Off",
    keys_title: "快捷键" / "Keyboard shortcuts",
    keys_next: "下一行" / "Next row",
    keys_previous: "上一行" / "Previous row",
    keys_open: "打开" / "Open",
    keys_tick: "勾选" / "Tick",
    keys_all: "全部快捷键" / "All shortcuts",
    close: "关闭" / "Close",
    updated: "内容已更新" / "Content updated",
    // list
    query: "查询" / "Search",
    reset: "重置" / "Reset",
    query_fold: "查询条件" / "Filters",
    more_filters: "更多条件" / "More filters",
    filters_set: "已填 {n} 项" / "{n} set",
    columns: "列设置" / "Columns",
    columns_apply: "按所选列显示" / "Show these columns",
    select_all: "全选本页" / "Select all on this page",
    select_row: "选择" / "Select",
    selected: "已选 {n} 项" / "{n} selected",
    clear_selection: "取消选择" / "Clear selection",
    sorted_up: "升序" / "ascending",
    sorted_down: "降序" / "descending",
    previous: "上一页" / "Previous",
    next: "下一页" / "Next",
    paging: "翻页" / "Pages",
    none: "—" / "—",
    // form
    optional: "（选填）" / " (optional)",
    error: "错误：" / "Error: ",
    error_summary: "请先改正以下问题" / "Please correct the following",
    choose: "请选择" / "Please choose",
    yes: "是" / "Yes",
    no: "否" / "No",
    year: "年" / "Year",
    month: "月" / "Month",
    day: "日" / "Day",
    time: "时间" / "Time",
    longitude: "经度" / "Longitude",
    latitude: "纬度" / "Latitude",
    locate: "取当前位置" / "Use my position",
    locate_failed: "无法取得当前位置，请手工填写" / "Position not available, please type it",
    drop_file: "移除" / "Remove",
    file_now: "已有文件" / "Files held",
    add_row: "增加一行" / "Add a row",
    remove_row: "删除本行" / "Remove this row",
    row: "第 {n} 行" / "Row {n}",
    row_actions: "操作" / "Actions",
    to: "至" / "to",
    from: "起" / "From",
    until: "止" / "Until",
    draft_found: "上次在本页填写的内容还没有提交。" / "What you typed here last time was not submitted.",
    draft_restore: "恢复上次填写" / "Restore it",
    draft_drop: "不要了" / "Discard it",
    sending: "正在上传" / "Uploading",
    // record
    copy: "复制" / "Copy",
    copied: "已复制" / "Copied",
    old: "原" / "Old",
    new: "新" / "New",
    empty_value: "（空）" / "(empty)",
    masked: "已遮盖" / "masked",
    mine: "用我填写的" / "Keep mine",
    theirs: "用对方保存的" / "Keep theirs",
    conflict_before: "您打开时" / "When you opened it",
    // lamps, words of risk-and-alerts §1
    lamp_expired: "已超期" / "Expired",
    lamp_urgent: "紧急" / "Urgent",
    lamp_red: "红" / "Red",
    lamp_yellow: "黄" / "Yellow",
    lamp_green: "绿" / "Green",
    lamp_unknown: "未知" / "Unknown",
    lamp_none: "不适用" / "Not applicable",
    // notices
    notice_info: "提示" / "Note",
    notice_success: "成功" / "Done",
    notice_warning: "注意" / "Attention",
    notice_error: "错误" / "Error",
    refresh: "刷新进度" / "Refresh",
}

/// Puts a number into words like `已选 {n} 项`.
pub fn with_number(words: &str, n: impl std::fmt::Display) -> String {
    words.replace("{n}", &n.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_everything_and_take_the_same_numbers() {
        for (name, zh, en) in ALL {
            assert!(!zh.is_empty() && !en.is_empty(), "{name} is empty");
            assert_eq!(zh.contains("{n}"), en.contains("{n}"), "{name}");
            assert!(en.is_ascii() || *en == "—", "{name} is not English: {en}");
        }
        assert_eq!(with_number(ZH.selected, 3), "已选 3 项");
    }
}
