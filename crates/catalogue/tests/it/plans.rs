//! Migrations: nothing is lost silently, and what takes long is told.

use catalogue::plan::{Convert, Plan, Schema, StepKind, Storage, plan};
use catalogue::{Catalogue, HookNames, Origin, Texts, load};

use crate::club;

const FEW: &dyn Fn(&str) -> u64 = &|_| 12;
const MANY: &dyn Fn(&str) -> u64 = &|_| 2_000_000;

/// A register with one more field line and whatever tables are given.
fn with(fields: &str, rest: &str) -> Catalogue {
    let names: Vec<&str> = fields
        .lines()
        .filter_map(|line| Some(line.split_once(" =")?.0))
        .collect();
    let listed: String = names.iter().map(|name| format!(", \"{name}\"")).collect();
    let text = format!(
        "[record]\ntitle = \"物品\"\nshown = \"{{name}}\"\n[fields]\n\
         name = {{ type = \"text\", label = \"名称\" }}\n{fields}\n\
         [form]\nall = {{ title = \"物品\", fields = [\"name\"{listed}] }}\n{rest}"
    );
    let texts = Texts::bare()
        .with_text("roles.toml", Origin::Tenant, "[roles]\n")
        .with_text(
            "club/subsystem.toml",
            Origin::Tenant,
            "[subsystem]\ntitle = \"俱乐部\"\n",
        )
        .with_text("club/thing.toml", Origin::Tenant, &text);
    load(&texts, &HookNames::default()).unwrap_or_else(|faults| panic!("{faults:#?}"))
}

fn from_to(old: &Catalogue, new: &Catalogue, rows: &dyn Fn(&str) -> u64) -> Plan {
    plan(&Schema::of(old), new, rows).unwrap()
}

const SIZE: &str = "size = { type = \"int\", label = \"大小\" }";

#[test]
fn tables_have_the_columns_that_the_house_agreed_on() {
    let schema = Schema::of(&club());
    let member = schema.table("tennis_club__member").unwrap();
    let columns: Vec<&str> = member
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        columns[..7],
        [
            "id",
            "version",
            "state",
            "created_at",
            "created_by",
            "changed_at",
            "changed_by"
        ]
    );
    let storage = |name: &str| member.column(name).map(|column| column.storage);
    assert_eq!(storage("phone"), Some(Storage::Blob));
    assert_eq!(storage("phone_hash"), None, "it lies beside the ledger");
    assert_eq!(storage("home_lat"), Some(Storage::Integer));
    assert_eq!(storage("home"), None);
    assert_eq!(storage("files"), None);
    assert_eq!(storage("relatives"), None);
    assert_eq!(storage("joined"), Some(Storage::Text));
    let rows = schema.table("tennis_club__member__relatives").unwrap();
    let columns: Vec<&str> = rows
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(
        columns,
        ["id", "version", "parent", "pos", "who", "relation", "since"]
    );
    let about_id_no = |index: &catalogue::plan::Index| index.name.contains("__id_no__");
    assert!(
        !member.indexes.iter().any(about_id_no),
        "sealed values are unique by their hash"
    );
    assert_eq!(Schema::from_json(&schema.to_json()).unwrap(), schema);
}

#[test]
fn an_older_description_that_names_hashes_gives_nothing_to_do() {
    let wanted = Schema::of(&club());
    let mut older: serde_json::Value = serde_json::from_str(&wanted.to_json()).unwrap();
    let tables = older["tables"].as_array_mut().unwrap();
    let member = tables
        .iter_mut()
        .find(|table| table["name"] == "tennis_club__member")
        .unwrap();
    member["columns"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({
            "name": "id_no_hash", "storage": "blob", "field": "id_no", "meaning": "sealed_hash",
        }));
    member["indexes"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::json!({
            "name": "tennis_club__member__id_no__unique", "columns": ["id_no_hash"], "unique": true,
        }));
    assert_eq!(Schema::from_json(&older.to_string()).unwrap(), wanted);
}

#[test]
fn nothing_changed_is_nothing_to_do() {
    let plan = from_to(&club(), &club(), MANY);
    assert_eq!(plan.steps, []);
    assert_eq!(plan.schema, Schema::of(&club()));
}

#[test]
fn from_nothing_every_table_is_made_at_once() {
    let plan = plan(&Schema::default(), &club(), FEW).unwrap();
    assert!(plan.instant());
    assert!(
        plan.steps
            .iter()
            .all(|step| matches!(step.kind, StepKind::NewTable { .. }))
    );
    assert_eq!(plan.steps.len(), plan.schema.tables.len());
}

#[test]
fn a_new_field_is_instant_and_an_index_over_millions_is_not() {
    let index = "[indexes]\nby_size = [\"size\"]\n";
    let plan = from_to(&with("", ""), &with(SIZE, index), MANY);
    let said: Vec<(&str, bool)> = plan
        .steps
        .iter()
        .map(|step| (step.sentence.as_str(), step.instant))
        .collect();
    assert_eq!(
        said,
        [
            ("club__thing 增加列 size，原有各行为空", true),
            (
                "新建索引 club__thing__by_size（2000000 行，约需 10 秒）",
                false
            ),
        ]
    );
    assert!(from_to(&with("", ""), &with(SIZE, index), FEW).instant());
}

#[test]
fn a_removed_field_is_hidden_and_comes_back_with_its_values() {
    let (full, bare) = (with(SIZE, ""), with("", ""));
    let gone = from_to(&full, &bare, FEW);
    assert!(matches!(&gone.steps[..], [one]
        if matches!(&one.kind, StepKind::HideColumn { column, .. } if column == "size")));
    assert!(
        gone.schema
            .table("club__thing")
            .unwrap()
            .column("size")
            .unwrap()
            .hidden
    );
    assert_eq!(
        plan(&gone.schema, &bare, FEW).unwrap().steps,
        [],
        "hidden once is hidden"
    );
    let back = plan(&gone.schema, &full, FEW).unwrap();
    assert!(matches!(&back.steps[..], [one]
        if matches!(&one.kind, StepKind::ShowColumn { column, .. } if column == "size")));
    assert_eq!(back.schema, Schema::of(&full));
}

#[test]
fn a_renamed_field_keeps_its_column() {
    let point = "place = { type = \"point\", label = \"位置\" }";
    let spot = "spot = { type = \"point\", label = \"位置\" }";
    let plan = from_to(
        &with(point, ""),
        &with(spot, "[changes]\nrenamed = { place = \"spot\" }\n"),
        FEW,
    );
    let moved: Vec<(&str, &str)> = plan
        .steps
        .iter()
        .filter_map(|step| match &step.kind {
            StepKind::RenameColumn { from, to, .. } => Some((from.as_str(), to.as_str())),
            _ => None,
        })
        .collect();
    assert_eq!(
        moved,
        [("place_lat", "spot_lat"), ("place_lon", "spot_lon")]
    );
    assert_eq!(plan.steps.len(), 2);
}

#[test]
fn renamed_rows_keep_their_table() {
    let rows = |name: &str| {
        format!(
            "{name} = {{ type = \"rows\", label = \"部件\", fields = {{ no = {{ type = \"int\", label = \"号\" }} }} }}"
        )
    };
    let new = with(
        &rows("pieces"),
        "[changes]\nrenamed = { parts = \"pieces\" }\n",
    );
    let plan = from_to(&with(&rows("parts"), ""), &new, FEW);
    assert!(plan.steps.iter().any(|step| matches!(&step.kind,
        StepKind::RenameTable { from, to }
            if from == "club__thing__parts" && to == "club__thing__pieces")));
    assert!(
        !plan
            .steps
            .iter()
            .any(|step| matches!(step.kind, StepKind::NewTable { .. }))
    );
}

#[test]
fn a_type_is_widened_and_never_narrowed() {
    let decimal = "size = { type = \"decimal\", scale = 2, label = \"大小\" }";
    let wider = from_to(&with(SIZE, ""), &with(decimal, ""), MANY);
    assert!(matches!(&wider.steps[..], [one] if !one.instant
        && matches!(&one.kind, StepKind::ChangeType { by: Convert::Times(100), .. })));
    let losses = plan(&Schema::of(&with(decimal, "")), &with(SIZE, ""), FEW).unwrap_err();
    assert_eq!(
        losses[0].to_string(),
        "club__thing.size：不能由小数（2 位）改为整数：原有内容无法逐一对应；请另立新字段，或先导出再导入"
    );
    let plain = "size = { type = \"phone\", label = \"大小\" }";
    let sealed = "size = { type = \"phone\", label = \"大小\", personal = true }";
    assert!(plan(&Schema::of(&with(plain, "")), &with(sealed, ""), FEW).is_err());
    assert!(plan(&Schema::of(&with(sealed, "")), &with(plain, ""), FEW).is_err());
}

#[test]
fn a_register_that_is_gone_stays_as_a_table() {
    let old = club();
    let plan = plan(&Schema::of(&old), &with("", ""), FEW).unwrap();
    let hidden = plan
        .steps
        .iter()
        .filter(|s| matches!(s.kind, StepKind::HideTable { .. }));
    assert_eq!(hidden.count(), Schema::of(&old).tables.len());
    assert!(plan.schema.table("tennis_club__member").is_some());
}

#[test]
fn searched_fields_are_indexed_anew() {
    let plain = "word = { type = \"text\", label = \"字\" }";
    let searched = "word = { type = \"text\", label = \"字\", search = true }";
    let plan = from_to(&with(plain, ""), &with(searched, ""), MANY);
    assert!(matches!(&plan.steps[..], [one] if !one.instant
        && matches!(&one.kind, StepKind::NewSearch { fields, .. } if fields == &["word"])));
}
