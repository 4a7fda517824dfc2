//! Whether a path such as `impact.users.percent` names a field of the record.

use std::sync::LazyLock;

use schemars::schema_for;
use serde_json::Value;

use crate::error::nearest;
use crate::model::Record;

/// The record's JSON Schema, which knows every field.
static SCHEMA: LazyLock<Value> = LazyLock::new(|| schema_for!(Record).to_value());

/// Whether a path names a field; for one that does not, the nearest that there is.
pub(super) fn known(path: &str) -> Result<(), Option<String>> {
    let mut node = &*SCHEMA;
    let mut before = String::new();
    for key in path.split('.') {
        let Some(next) = forms(node).into_iter().find_map(|form| step(form, key)) else {
            let names: Vec<&str> = forms(node).into_iter().flat_map(keys).collect();
            return Err(nearest(key, names).map(|near| format!("{before}{near}")));
        };
        node = next;
        before.push_str(&format!("{key}."));
    }
    Ok(())
}

fn step<'a>(form: &'a Value, key: &str) -> Option<&'a Value> {
    let own = form.get("properties").and_then(|p| p.get(key));
    own.or_else(|| form.get("additionalProperties").filter(|any| any.is_object()))
}

fn keys(form: &Value) -> Vec<&str> {
    let properties = form.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|p| p.keys().map(String::as_str)).collect()
}

/// A schema and all that it refers to or chooses between.
fn forms(node: &Value) -> Vec<&Value> {
    let mut found = vec![node];
    let mut at = 0;
    while let Some(form) = found.get(at).copied() {
        let named =
            form.get("$ref").and_then(Value::as_str).and_then(|r| SCHEMA.pointer(r.trim_start_matches('#')));
        found.extend(named);
        for choice in ["anyOf", "oneOf", "allOf"] {
            found.extend(form.get(choice).and_then(Value::as_array).into_iter().flatten());
        }
        at += 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_and_slips_are_near_one() {
        for path in
            ["title", "actions", "impact.users.percent", "analysis.root_cause", "impact.by_service.api"]
        {
            assert_eq!(known(path), Ok(()), "{path}");
        }
        assert_eq!(known("impact.users.procent"), Err(Some("impact.users.percent".to_owned())));
        assert_eq!(known("analysis.sumary"), Err(Some("analysis.summary".to_owned())));
    }
}
