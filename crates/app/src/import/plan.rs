//! A mapping laid over the header of one file: which cells give which field.

use std::collections::HashMap;

use kernel::{Field, FieldIx, Ground, Kind, Lang, Register, RegisterIx, StateIx, World};
use speech::{Said, said};

use super::mapping::{Columns, EmptyCells, From, Mapping, Named, Rule, Target};
use super::spots::{MapFault, Sheet, question};
use super::step::{StateStep, Step};

/// Name of the column that copies of wrong rows carry in front.
pub const REMARK_COLUMN: &str = "导入说明";
/// Header of the record's own number in exports.
pub(crate) const ID_COLUMN: &str = "id";
/// Headers of the state.
pub(crate) const STATE_COLUMNS: [&str; 3] = ["state", "状态", "State"];

/// How rows of this file are read.
pub(crate) struct Plan<'a> {
    pub register: RegisterIx,
    pub def: &'a Register,
    pub steps: Vec<Step>,
    pub state: Option<StateStep>,
    pub key: Vec<FieldIx>,
    pub id_cell: Option<usize>,
    pub width: usize,
    pub columns: Columns,
    pub empty_cells: EmptyCells,
    pub required_only: Option<Vec<FieldIx>>,
    pub as_received: Option<FieldIx>,
    /// Columns of the file that no rule reads.
    pub unused: Vec<String>,
    /// The fields that tell whether a record already says what a row says.
    pub compared: Vec<FieldIx>,
}

/// A mapping made from the header itself: fields by name or label.
pub(crate) struct Matched {
    pub mapping: Mapping,
    pub id_column: Option<String>,
    /// Columns that name a field which cannot be imported, and why.
    pub left_out: Vec<Said>,
    /// Columns that are understood and hold nothing to import.
    pub passed_over: Vec<String>,
}

/// Matches the columns of a file of our own shape.
pub(crate) fn matched(
    register: RegisterIx,
    def: &Register,
    header: &[String],
) -> Result<Matched, Vec<Said>> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut id_column = None;
    let mut left_out = Vec::new();
    let mut passed_over = Vec::new();
    let mut faults = Vec::new();
    for name in header
        .iter()
        .filter(|name| !name.is_empty() && *name != REMARK_COLUMN)
    {
        if name.eq_ignore_ascii_case(ID_COLUMN) {
            id_column = Some(name.clone());
            continue;
        }
        let target = match field_called(def, name) {
            Some(ix) => {
                if let Err(why) = importable(def.get(ix)) {
                    left_out.push(said!("“{}”{}" / "“{}” {}", name, why));
                    passed_over.push(name.clone());
                    continue;
                }
                Target::Field(ix)
            }
            None if STATE_COLUMNS.contains(&name.as_str()) && !def.states.is_empty() => {
                Target::State
            }
            None => {
                // Exports for people put the names of refs and divisions beside their codes.
                let beside = ["（名称）", " (name)"]
                    .iter()
                    .find_map(|end| name.strip_suffix(end));
                if beside.is_some_and(|label| field_called(def, label).is_some()) {
                    passed_over.push(name.clone());
                }
                continue;
            }
        };
        match rules.iter().find(|rule| rule.target == target) {
            Some(_) => faults.push(said!(
                "有两列都是“{name}”，请去掉一列" / "two columns are “{name}”; please take one away"
            )),
            None => rules.push(Rule::plain(target, name)),
        }
    }
    let code = def
        .key()
        .filter(|ix| rules.iter().any(|rule| rule.target == Target::Field(*ix)));
    if id_column.is_none() && code.is_none() {
        faults.push(match def.key() {
            Some(ix) => {
                let field = def.get(ix);
                said!("表头里没有“{}”（{}）这一列，无法辨认记录；请核对表头，外来的表请用映射文件" / "the header has no column “{}” ({}), so no record can be told; please check the header, or use a mapping file", field.label, field.name)
            }
            None => said!("{}没有唯一编号，请用映射文件写明凭哪几项辨认一条记录" / "{} has no unique code; please name in a mapping file what tells a record", def.title),
        });
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let mapping = Mapping {
        register,
        shown: String::new(),
        text: String::new(),
        key: code.into_iter().collect(),
        columns: Columns::Any,
        empty_cells: EmptyCells::Keep,
        encoding: None,
        sheet: None,
        delimiter: None,
        required_only: None,
        as_received: None,
        rules,
    };
    Ok(Matched {
        mapping,
        id_column,
        left_out,
        passed_over,
    })
}

/// The field of that name or label, in either language.
fn field_called(def: &Register, name: &str) -> Option<FieldIx> {
    let visible = |ix: &FieldIx| !def.get(*ix).hidden;
    let by_label = |lang: Lang| {
        def.all_fields()
            .find(|(_, f)| f.label.get(lang).eq_ignore_ascii_case(name))
            .map(|(ix, _)| ix)
    };
    def.field(name)
        .filter(visible)
        .or_else(|| by_label(Lang::Zh).filter(visible))
        .or_else(|| by_label(Lang::En).filter(visible))
}

fn importable(field: &Field) -> Result<(), Said> {
    match &field.kind {
        _ if !field.typed() => Err(said!(
            "由系统得出，不导入" / "is worked out by the system and not imported"
        )),
        _ if field.secret => Err(said!(
            "是保密内容，不能导入" / "is secret and cannot be imported"
        )),
        Kind::Files { .. } => Err(said!(
            "是文件，不能从表格导入" / "is a file and cannot come from a table"
        )),
        _ => Ok(()),
    }
}

impl<'a> Plan<'a> {
    /// Lays the mapping over a header. Columns that the file does not have, and constants that the
    /// field cannot hold, are faults of the mapping.
    pub fn new(
        ground: &Ground<'a>,
        world: &dyn World,
        mapping: &Mapping,
        header: &[String],
        id_column: Option<&str>,
    ) -> Result<Plan<'a>, Vec<MapFault>> {
        let mut sheet = Sheet::new(&mapping.shown, &mapping.text);
        let def = ground.catalogue.at(mapping.register);
        let place = |name: &str| header.iter().position(|column| column == name);
        let mut known = |named: &Named| {
            let found = place(&named.name);
            if found.is_none() {
                let columns = header.iter().map(String::as_str);
                let message = said!(
                    "文件里没有“{}”这一列" / "the file has no column “{}”",
                    named.name
                );
                sheet.fault_near(named.spot, message, &named.name, columns);
            }
            found
        };
        let mut used: Vec<usize> = mapping.named().filter_map(&mut known).collect();
        let id_cell = id_column.and_then(place);
        used.extend(id_cell);
        let mut plan = Plan {
            register: mapping.register,
            def,
            steps: Vec::with_capacity(mapping.rules.len()),
            state: None,
            key: mapping.key.clone(),
            id_cell,
            width: header.len(),
            columns: mapping.columns,
            empty_cells: mapping.empty_cells,
            required_only: mapping.required_only.clone(),
            as_received: mapping.as_received,
            unused: Vec::new(),
            compared: Vec::new(),
        };
        for rule in &mapping.rules {
            let names = names_of(rule);
            let cells = names.iter().filter_map(|name| place(name)).collect();
            let name = names.join("、");
            match rule.target {
                Target::State => {
                    let given = given_state(&mut sheet, def, rule);
                    plan.state = Some(StateStep {
                        rule: rule.clone(),
                        name,
                        cells,
                        given,
                    });
                }
                Target::Field(field) => {
                    let parent = rule
                        .division
                        .as_ref()
                        .and_then(|within| within.parent.as_ref())
                        .and_then(|parent| place(&parent.name));
                    let mut step = Step {
                        field,
                        rule: rule.clone(),
                        name,
                        cells,
                        parent,
                        given: None,
                        ready: HashMap::new(),
                        other: None,
                    };
                    if step.name.is_empty() {
                        step.name = def.get(field).label.zh.clone();
                    }
                    step.prepare(&mut sheet, ground, world, def.get(field));
                    plan.steps.push(step);
                }
            }
        }
        if !sheet.faults.is_empty() {
            return Err(sheet.faults);
        }
        plan.unused = header
            .iter()
            .enumerate()
            .filter(|(ix, name)| !used.contains(ix) && !name.is_empty() && *name != REMARK_COLUMN)
            .map(|(_, name)| name.clone())
            .collect();
        plan.compared = compared(def, &plan);
        Ok(plan)
    }

    /// Whether a fault in the field refuses the whole row.
    pub fn refuses(&self, field: FieldIx) -> bool {
        self.required_only
            .as_ref()
            .is_none_or(|only| only.contains(&field))
    }
}

/// The mapped fields, and those that say whether a mapped field applies.
fn compared(def: &Register, plan: &Plan) -> Vec<FieldIx> {
    let mut open: Vec<FieldIx> = plan.steps.iter().map(|step| step.field).collect();
    open.extend(
        plan.steps
            .iter()
            .filter_map(|step| step.rule.money.as_ref()?.currency),
    );
    open.extend(plan.as_received);
    open.extend(plan.key.iter().copied());
    let mut all: Vec<FieldIx> = Vec::new();
    while let Some(ix) = open.pop() {
        if all.contains(&ix) {
            continue;
        }
        all.push(ix);
        let Some(when) = &def.get(ix).when else {
            continue;
        };
        open.extend(when.keys().iter().filter_map(|key| match key {
            expr::Key::Field(ix) => Some(FieldIx(*ix)),
            _ => None,
        }));
    }
    all.sort_unstable();
    all
}

fn names_of(rule: &Rule) -> Vec<String> {
    match &rule.from {
        From::Column(column) | From::Lookup { column, .. } => vec![column.name.clone()],
        From::Columns { columns, .. } => columns.iter().map(|c| c.name.clone()).collect(),
        From::Constant { .. } => Vec::new(),
    }
}

fn given_state(sheet: &mut Sheet<'_>, def: &Register, rule: &Rule) -> Option<StateIx> {
    let (text, spot) = match (&rule.from, &rule.missing) {
        (From::Constant { text, spot }, _) => (text, *spot),
        (_, Some((text, spot))) => (text, *spot),
        _ => return None,
    };
    let state = state_called(def, text);
    if state.is_none() {
        let names = def.begins.iter().map(|ix| def.states[ix.0].name.as_str());
        let message = said!(
            "{}的记录不能以“{text}”开始" / "A record cannot begin as “{text}”: {}",
            def.title
        );
        sheet.fault_near(spot, message, text, names);
    }
    state
}

/// A state by name or by its label in either language.
pub(crate) fn state_called(def: &Register, text: &str) -> Option<StateIx> {
    def.state(text).or_else(|| {
        let called = |label: &catalogue::Label| {
            label.zh == text
                || label
                    .en
                    .as_deref()
                    .is_some_and(|en| en.eq_ignore_ascii_case(text))
        };
        def.states
            .iter()
            .position(|state| called(&state.label))
            .map(StateIx)
    })
}

/// A sentence about a state that the register does not have.
pub(crate) fn no_state(def: &Register, text: &str) -> Said {
    let labels = def.states.iter().map(|state| state.label.zh.as_str());
    match question(text, labels) {
        Some(help) => said!(
            "{}没有“{}”这个状态（{}）" / "{} has no state “{}” ({})",
            def.title,
            text,
            help
        ),
        None => said!(
            "{}没有“{}”这个状态" / "{} has no state “{}”",
            def.title,
            text
        ),
    }
}
