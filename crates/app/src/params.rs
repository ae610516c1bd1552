//! Params: the limits a bureau may change on a page, within the bounds of the definition.

use catalogue::Param;
use expr::Type;
use kernel::{Actor, Blame, ParamValues, Profile, Raw, Refusal, Register, RegisterIx, Value, Verb};
use speech::{Said, said};
use store::Query;

use crate::people::PROFILE;
use crate::{App, Error, Outcome, Places};

/// Changed params and towns are read whole.
const SETTINGS_MAX: usize = 10_000;
const TOWNS_MAX: usize = 1_000_000;

/// One param as its page shows it.
#[derive(Clone, Debug)]
pub struct ParamView {
    pub param: Param,
    pub value: Value,
    pub changed: bool,
}

impl App {
    /// The params of a register with their values.
    pub fn params(&self, actor: &Actor, register: RegisterIx) -> Outcome<Vec<ParamView>> {
        let def = self.catalogue().at(register);
        // Whoever sets the limits need not see the records they are for (三员分立).
        let may = |verb| kernel::scope(def, actor, verb).is_some();
        if !may(Verb::See) && !may(Verb::Tune) {
            return Err(Refusal::not_found().into());
        }
        let frame = self.frame();
        let views = def.params.iter().enumerate().map(|(ix, param)| {
            let value = frame.params.of(def, ix);
            ParamView {
                param: param.clone(),
                changed: value != param.default,
                value,
            }
        });
        Ok(views.collect())
    }

    /// Changes a param; the old value stays in history.
    pub fn set_param(
        &self,
        actor: &Actor,
        register: RegisterIx,
        name: &str,
        raw: &str,
    ) -> Outcome<()> {
        let def = self.catalogue().at(register);
        if kernel::scope(def, actor, Verb::Tune).is_none() {
            return Err(Refusal::forbidden(said!(
                "您的岗位不能修改参数" / "Your role may not change parameters"
            ))
            .into());
        }
        let param = def
            .params
            .iter()
            .find(|p| p.name == name)
            .ok_or_else(Refusal::not_found)?;
        let text = understood(param, raw)?;
        let settings = self.house("setting")?;
        let key = format!("{}.{name}", def.name);
        let keys = self.catalogue().at(settings);
        let key_ix = keys.field("name").ok_or(Error::Broken("house.setting"))?;
        let found = self.look(|reader| {
            let ids = reader.find(settings, key_ix, &Value::Text(key.clone()))?;
            match ids.first() {
                Some(id) => Ok(reader.get(settings, *id)?),
                None => Ok(None),
            }
        })?;
        // The right was asked above, on the register whose param it is.
        let steward = Actor {
            power: kernel::Power::Operator,
            ..actor.clone()
        };
        let input = vec![("value".to_owned(), Raw::Text(text))];
        match found {
            Some(record) => {
                self.edit(&steward, settings, record.id, record.version, &input)?;
            }
            None => {
                let mut input = input;
                input.push(("name".to_owned(), Raw::Text(key)));
                self.create(&steward, settings, None, &input)?;
            }
        }
        if def
            .fields
            .iter()
            .any(|f| matches!(f.source, catalogue::Source::Computed { .. }))
        {
            self.recompute_later(register);
        }
        Ok(())
    }

    pub(crate) fn reload_params(&self) -> Outcome<()> {
        let Ok(settings) = self.house("setting") else {
            return Ok(());
        };
        let _one = self.inner.reloading.lock();
        let def = self.catalogue().at(settings).clone();
        let query = Query {
            limit: SETTINGS_MAX,
            ..Query::of(settings)
        };
        let records = self.look(|reader| Ok(reader.query(&query)?.records))?;
        let mut values = ParamValues::default();
        for record in &records {
            let (Value::Text(key), Value::Text(text)) =
                (record.named(&def, "name"), record.named(&def, "value"))
            else {
                continue;
            };
            if key == PROFILE {
                values.set_profile(Profile::from_word(text).unwrap_or_default());
                continue;
            }
            let Some((register, name)) = key.rsplit_once('.') else {
                continue;
            };
            let param = self.catalogue().register(register).and_then(|ix| {
                self.catalogue()
                    .at(ix)
                    .params
                    .iter()
                    .find(|p| p.name == name)
            });
            if let Some(value) = param.and_then(|param| stored(param, text)) {
                values.set(register, name, value);
            }
        }
        if let Ok(mut params) = self.inner.params.write() {
            *params = std::sync::Arc::new(values);
        }
        Ok(())
    }

    pub(crate) fn reload_places(&self) -> Outcome<()> {
        let Ok(divisions) = self.house("division") else {
            return Ok(());
        };
        let def: &Register = self.catalogue().at(divisions);
        let (Some(code), Some(title)) = (def.field("code"), def.field("title")) else {
            return Ok(());
        };
        let _one = self.inner.reloading.lock();
        let query = Query {
            limit: TOWNS_MAX,
            fields: Some(vec![code, title]),
            ..Query::of(divisions)
        };
        let records = self.look(|reader| Ok(reader.query(&query)?.records))?;
        let towns = records
            .into_iter()
            .filter_map(|r| match (r.value(code), r.value(title)) {
                (Value::Text(code), Value::Text(title)) => Some((code.clone(), title.clone())),
                _ => None,
            });
        let known = Places::new(towns.collect::<Vec<_>>());
        if let Ok(mut places) = self.inner.places.write() {
            *places = std::sync::Arc::new(known);
        }
        Ok(())
    }
}

/// Checks what was typed for a param; gives the text to keep.
fn understood(param: &Param, raw: &str) -> Result<String, Refusal> {
    let no = |message: Said| {
        Err(Refusal::invalid(vec![Blame::at(
            &param.name,
            "range",
            message,
        )]))
    };
    let label = &param.label;
    let text = codes::text::fold(raw);
    let Some(value) = stored(param, &text) else {
        return no(said!(
            "“{}”填写不对，请核对" / "“{}” is not right; please check",
            label
        ));
    };
    let outside = |bound: &Option<Value>, less: bool| match (bound, &value) {
        (Some(Value::Int(bound)), Value::Int(value)) => {
            if less {
                value < bound
            } else {
                value > bound
            }
        }
        (Some(Value::Dec(bound)), Value::Dec(value)) => {
            let (bound, value) = (bound.to_f64(), value.to_f64());
            if less { value < bound } else { value > bound }
        }
        _ => false,
    };
    if outside(&param.min, true) || outside(&param.max, false) {
        let bound = |b: &Option<Value>| {
            b.as_ref()
                .map_or(said!("不限" / "unbounded"), |v| Said::same(v.to_string()))
        };
        return no(said!(
            "“{}”应在 {} 到 {} 之间" / "“{}” lies between {} and {}",
            label,
            bound(&param.min),
            bound(&param.max)
        ));
    }
    Ok(text)
}

fn stored(param: &Param, text: &str) -> Option<Value> {
    Some(match &param.ty {
        Type::Int | Type::Months | Type::Days => Value::Int(text.parse().ok()?),
        Type::Decimal { scale } => Value::Dec(text.parse::<expr::Dec>().ok()?.rescale(*scale)?),
        Type::Bool => match text {
            "true" | "是" | "1" | "on" => Value::Bool(true),
            "false" | "否" | "0" | "" => Value::Bool(false),
            _ => return None,
        },
        _ => Value::Text(text.to_owned()),
    })
}
