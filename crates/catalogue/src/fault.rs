//! Faults of definitions: where, what, and the likely meant word.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::texts::Texts;

/// A place in the text: bytes of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct At {
    /// Index in `Texts::files`.
    pub file: usize,
    pub start: usize,
    pub end: usize,
}

impl At {
    pub(crate) fn start_of(file: usize) -> At {
        At {
            file,
            start: 0,
            end: 0,
        }
    }
}

/// Something in a definition that must be put right before anything runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path as shown.
    pub file: String,
    pub line: usize,
    /// Counted in characters from 1.
    pub column: usize,
    pub what: What,
    pub message: String,
    /// The likely meant word, as a question: 是否想写“…”？
    pub help: Option<String>,
    pub at: At,
}

impl Fault {
    pub(crate) fn new(texts: &Texts, at: At, what: What, help: Option<String>) -> Fault {
        let Some(file) = texts.files.get(at.file) else {
            let message = what.to_string();
            return Fault {
                file: "-".into(),
                line: 1,
                column: 1,
                what,
                message,
                help,
                at,
            };
        };
        let (line, column) = position(&file.content, at.start);
        let message = what.to_string();
        Fault {
            file: file.path.clone(),
            line,
            column,
            what,
            message,
            help,
            at,
        }
    }

    pub fn span(&self) -> Range<usize> {
        self.at.start..self.at.end
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.message
        )?;
        match &self.help {
            Some(help) => write!(f, "（{help}）"),
            None => Ok(()),
        }
    }
}

/// Line and column from 1, the column in characters.
pub(crate) fn position(content: &str, offset: usize) -> (usize, usize) {
    let mut offset = offset.min(content.len());
    while !content.is_char_boundary(offset) {
        offset -= 1;
    }
    let before = &content[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    (
        before.matches('\n').count() + 1,
        before[line_start..].chars().count() + 1,
    )
}

/// All faults with the lines they are about, for a terminal.
pub fn render(faults: &[Fault], texts: &Texts) -> String {
    let renderer = Renderer::plain();
    let mut out = String::new();
    for fault in faults {
        let Some(file) = texts.files.get(fault.at.file) else {
            out.push_str(&fault.to_string());
            out.push('\n');
            continue;
        };
        let end = fault.at.end.max(fault.at.start).min(file.content.len());
        let span = fault.at.start.min(end)..end;
        let title = Level::ERROR.primary_title(&fault.message);
        let group = title.element(
            Snippet::source(&file.content)
                .path(&file.path)
                .annotation(AnnotationKind::Primary.span(span)),
        );
        let group = match &fault.help {
            Some(help) => group.element(Level::HELP.message(help)),
            None => group,
        };
        out.push_str(&renderer.render(&[group]));
        out.push('\n');
    }
    out
}

/// The kinds of fault, each with its message; one list, so that a test can ask for a bad
/// definition for every one of them.
macro_rules! kinds {
    ($($name:ident { $($field:ident),* } = $text:literal;)*) => {
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum What {
            $($name { $($field: String),* },)*
        }

        impl What {
            /// Names of all kinds.
            pub const KINDS: &[&str] = &[$(stringify!($name)),*];

            pub fn kind(&self) -> &'static str {
                match self {
                    $(What::$name { .. } => stringify!($name),)*
                }
            }
        }

        impl fmt::Display for What {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self {
                    $(What::$name { $($field),* } => write!(f, $text),)*
                }
            }
        }
    };
}

kinds! {
    // The text itself.
    Syntax { detail } = "TOML 写法有误：{detail}";
    DuplicateKey { key } = "“{key}”写了两次";
    FileTooLong { max } = "文件超过 {max} 字节，请拆分";
    SubsystemMissing { name } = "文件夹“{name}”缺少 subsystem.toml";
    UnknownKey { place, key } = "{place}中没有“{key}”这一项";
    MissingKey { place, key } = "{place}缺少“{key}”";
    WrongShape { key, wanted, found } = "“{key}”应为{wanted}，这里是{found}";
    NotLiteral { key } = "条件中不能有转义符 \\，请改用单引号：{key} = '…'";
    EmptyText { key } = "“{key}”不能为空";
    EmptyList { key } = "“{key}”至少要有一项";
    LongText { key, max } = "“{key}”最多 {max} 个字";
    BadName { name } = "名称“{name}”须以小写字母开头，只含小写字母、数字和下划线";
    BadPath { path } = "路径“{path}”须以小写字母开头，只含小写字母、数字、下划线和连字符";
    BadEntryName { name } = "选项名“{name}”只能含字母、数字和下划线";
    LongName { name, max } = "名称“{name}”超过 {max} 个字符";
    ReservedName { name } = "“{name}”是系统保留的名称，请换一个";
    ReservedPath { path } = "路径“{path}”由系统占用，请换一个";
    DuplicateInList { key, name } = "“{key}”中“{name}”列了两次";
    DuplicatePath { path, other } = "路径“{path}”已由“{other}”使用";
    DuplicateLabel { label, other } = "名称文字“{label}”与“{other}”相同，使用者无法区分";
    DuplicateRole { name, other } = "角色“{name}”已在 {other} 定义";
    NameClash { name, other } = "“{name}”已是{other}的名称，请换一个";

    // Names that name nothing.
    UnknownField { name } = "没有字段“{name}”";
    UnknownState { name } = "没有状态“{name}”";
    UnknownRole { name } = "没有角色“{name}”";
    UnknownRegister { name } = "没有登记簿“{name}”";
    UnknownSubsystem { name } = "没有子系统“{name}”";
    UnknownChoices { name } = "没有选项表“{name}”";
    UnknownEntry { name, list } = "选项表“{list}”中没有“{name}”";
    UnknownType { name } = "没有字段类型“{name}”";
    UnknownCode { name } = "没有编码种类“{name}”";
    UnknownVerb { name } = "没有权限动词“{name}”";
    UnknownReach { name } = "没有范围“{name}”";
    UnknownPhase { name } = "没有阶段“{name}”";
    UnknownLayer { name } = "没有层级“{name}”";
    UnknownGrade { name } = "没有预警等级“{name}”";
    UnknownColumn { name } = "没有可用的列“{name}”";
    UnknownWord { key, word, words } = "“{key}”不能是“{word}”，可以是：{words}";
    UnknownPlaceholder { name } = "文字模板中的“{{{name}}}”不是字段";
    BadTemplate { detail } = "文字模板写法有误：{detail}";
    Condition { detail } = "{detail}";
    SealedInCondition { name } = "字段“{name}”加密保存，不能用于查询条件";
    NotUsed { name, subsystem } = "“{name}”属于子系统“{subsystem}”，请先在 subsystem.toml 的 uses 中列出";
    UsesCircle { path } = "子系统相互引用成环：{path}";
    WrongField { key, name, wanted, found } = "“{key}”须是{wanted}字段，“{name}”是 {found}";

    // Fields.
    TooManyFields { count, max } = "字段有 {count} 个，最多 {max} 个";
    MisplacedAttribute { key, ty } = "类型 {ty} 没有“{key}”这一项";
    BoundsCrossed { min, max } = "最小值 {min} 大于最大值 {max}";
    OutOfBounds { value, bound } = "默认值 {value} 超出范围（{bound}）";
    BadDefault { ty, wanted } = "类型 {ty} 的默认值应为{wanted}";
    NoDefault { ty } = "类型 {ty} 不能有默认值";
    BadNumber { text, scale } = "{text} 无法用 {scale} 位小数表示";
    OverLimit { key, min, max } = "“{key}”应在 {min} 到 {max} 之间";
    NotUnique { ty } = "类型 {ty} 的字段不能要求唯一";
    NotSearchable { ty } = "{ty}字段不能进入检索";
    TwoSources { } = "compute、latest、number 只能写一个";
    ComputedAttribute { key } = "由系统得出的字段不能写“{key}”";
    LatestForm { text } = "latest 应写作“登记簿.字段”，这里是“{text}”";
    LatestAlone { key } = "“{key}”只能与 latest 一同使用";
    LatestNoRef { child, parent } = "“{child}”没有指向“{parent}”的 ref 字段，取不到最新值";
    LatestManyRefs { child, parent } = "“{child}”有两个以上指向“{parent}”的 ref 字段，不知以哪个为准";
    LatestNoOrder { child } = "“{child}”没有写 dated，请用 latest_by 指明按哪个日期取最新";
    LatestTwice { field } = "“{field}”自己也是从下级记录取的值，latest 只向上取一级，请直接从最下级取";
    LatestType { field, found, ty } = "“{field}”是 {found}，与本字段类型 {ty} 不同";
    NotInRows { ty } = "子表行中不能有 {ty}";
    BadPattern { text } = "编号格式“{text}”须恰好含一个 {{n}}，另可含 {{year}}";
    WhenCircle { path } = "字段的 when 相互依赖成环：{path}";
    ComputedTarget { key, name } = "“{name}”由系统得出，不能列入“{key}”";

    // Form.
    NotInForm { name } = "字段“{name}”没有列入任何表单分组";
    TwiceInForm { name, section } = "字段“{name}”已列入表单分组“{section}”";

    // Flow.
    BadLimit { detail } = "{detail}";
    NoStates { key } = "本登记簿没有 [states]，不能写“{key}”";
    UnreachableState { name } = "状态“{name}”无法到达：没有动作通向它，新记录也不能从它开始";
    CreatorAlone { } = "“turn”中写了 creator 就不能再写角色";
    TurnAtEnd { phase } = "阶段 {phase} 已经办结，不能再轮到谁";
    FewSigners { mode } = "方式“{mode}”至少要有两个角色";
    NobodyMoves { name } = "办件会停在环节“{name}”：轮到的人没有可以离开这一环节的动作";
    NobodyAgrees { name, role } = "环节“{name}”须“{role}”同意，却没有由其办理的 agrees 动作";
    AgreesAlone { name } = "“{name}”不是会签或依次办理的环节，不能写 agrees";
    TurnUnseen { role } = "轮到“{role}”办理，[permissions] 却没有给 see";
    CopyUnseen { role } = "抄送给“{role}”，[permissions] 却没有给 see";
    FlowImport { role } = "流程登记簿不能导入，“{role}”不能有 import";
    NotAFlow { key } = "没有一个状态写明轮到谁（turn），不能写“{key}”";
    NotBoth { key, other } = "“{key}”与“{other}”只能写一个";
    Without { key, needs } = "写了“{key}”就要写“{needs}”";
    UnknownClock { name } = "没有时限“{name}”";
    UnknownReason { name } = "没有停止计时的法定事由“{name}”";
    NoExtension { name } = "时限“{name}”没有写 extend，不能延长";
    PromisedLonger { promised, limit } = "承诺的 {promised} 比法定的 {limit} 还长";
    UnknownHook { kind, name } = "程序没有登记名为“{name}”的 {kind} 函数";
    UnnamedHook { kind, name, register } = "程序为“{register}”登记了 {kind} 函数“{name}”，定义中却没有用到";
    UnknownRead { kind, name, words } = "{kind} 函数“{name}”要读“{words}”，没有这样的记录可读；可以写 all 登记簿、children 登记簿、ref 字段、same 登记簿 字段";
    GradeOrder { grade, before } = "预警等级须由重到轻排列，“{grade}”应在“{before}”之前";

    // Lists and rights.
    SortNotIndexed { sort } = "排序“{sort}”没有对应的索引，请在 [indexes] 中声明以这些列开头的索引";
    ReachNeeds { within, key } = "范围“{within}”要求 [record] 写明 {key}";
    RenameStands { name } = "旧名“{name}”仍是现有字段，不能写在 renamed 中";
    EnglishNothing { path } = "没有“{path}”可以翻译";

    // Overlays.
    OverlayNothing { name } = "没有“{name}”可以叠加；新增登记簿的名称须以 x_ 开头";
    OverlayName { name } = "叠加新增的名称“{name}”须以 x_ 开头";
    OverlayAdds { key, base } = "叠加不能新增{key}（原定义在 {base}）";
    OverlayChanges { key, base } = "叠加不能改动“{key}”（原定义在 {base}）";
    OverlayLoosens { key, base } = "叠加只能收紧，不能放宽“{key}”（原定义在 {base}）";
    OverlayLocked { key, base } = "字段已锁定，叠加不能放宽“{key}”（原定义在 {base}）";
    OverlayClosed { list, base } = "选项表“{list}”不是开放的，叠加不能新增选项（原定义在 {base}）";
}
