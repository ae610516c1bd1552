//! What is known before a form is filled in, as pages put it into their boxes.

use axum::extract::{Path, Request, State};
use axum::response::Response;
use catalogue::{FieldIx, Verb};
use http::StatusCode;

use crate::door::{Door, json};
use crate::write;

/// First values of a new record, for the person who asks.
pub async fn get_prefill(
    State(door): State<Door>,
    Path(register): Path<String>,
    request: Request,
) -> Response {
    door.look(request, move |visit| {
        visit.no_question()?;
        visit.signed_in()?;
        let (ix, def) = visit.register_for(&register, Verb::Create)?;
        let fields: Vec<FieldIx> = def.all_fields().map(|(ix, _)| ix).collect();
        let right = kernel::scope(def, &visit.actor, Verb::Create);
        let (values, names) = match right {
            Some(_) => visit.app().prefilled(&visit.actor, ix, &fields)?,
            None => Default::default(),
        };
        let mut out = String::from("{\"fields\":{");
        for (ix, value) in &values {
            let field = def.get(*ix);
            write::member(&mut out, &field.name);
            write::one(&mut out, &field.kind, value);
        }
        out.push('}');
        write::member(&mut out, "names");
        write::write_names(&mut out, visit.app().catalogue(), &names);
        out.push('}');
        Ok(json(StatusCode::OK, out))
    })
    .await
}
