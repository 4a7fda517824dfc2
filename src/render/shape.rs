//! Values as templates see them: every field that a type can have is there, empty where nobody wrote it, so
//! that a template's slip of the hand is told apart from a value that is not known.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Map, Value};

/// The value with all of its type's fields.
pub(super) fn whole<T: Serialize + JsonSchema>(value: &T) -> Value {
    let schema = schema_for!(T).to_value();
    let mut out = serde_json::to_value(value).unwrap_or_default();
    fill(&mut out, &schema, &schema);
    out
}

fn fill(value: &mut Value, schema: &Value, root: &Value) {
    let schema = resolve(schema, root);
    match value {
        Value::Object(fields) => {
            let Some(known) = schema.get("properties").and_then(Value::as_object) else { return };
            for (name, of) in known {
                let field = fields.entry(name.clone()).or_insert_with(|| empty(of, root));
                fill(field, of, root);
            }
        }
        Value::Array(items) => {
            if let Some(of) = schema.get("items") {
                for item in items {
                    fill(item, of, root);
                }
            }
        }
        _ => {}
    }
}

/// What a field is that nobody wrote: no value, no items, or a structure of such fields.
fn empty(schema: &Value, root: &Value) -> Value {
    let resolved = resolve(schema, root);
    let kind = resolved.get("type").and_then(Value::as_str);
    match kind {
        Some("array") => Value::Array(Vec::new()),
        Some("object") if !optional(schema) => Value::Object(Map::new()),
        _ => Value::Null,
    }
}

fn optional(schema: &Value) -> bool {
    let types = schema.get("type").and_then(Value::as_array);
    schema.get("anyOf").is_some() || types.is_some_and(|t| t.iter().any(|t| t == "null"))
}

/// The schema behind a reference, or behind "this or nothing".
fn resolve<'a>(schema: &'a Value, root: &'a Value) -> &'a Value {
    let mut current = schema;
    if let Some(choices) = current.get("anyOf").and_then(Value::as_array) {
        let other = choices.iter().find(|c| c.get("type").and_then(Value::as_str) != Some("null"));
        current = other.unwrap_or(current);
    }
    let target = current.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
    target.and_then(|path| root.pointer(path)).unwrap_or(current)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Id, Record};

    #[test]
    fn every_field_is_there() {
        let id: Id = serde_json::from_value("20251110-7f3k".into()).unwrap();
        let mut record = Record::new(id, "t".into(), "p@1".into());
        record.actions = serde_json::from_str(r#"[{"id": "a1", "title": "x", "status": "open"}]"#).unwrap();
        let value = whole(&record);
        assert_eq!(value["impact"]["users"]["count"], Value::Null);
        assert_eq!(value["impact"]["data"]["affected"], Value::Array(vec![]));
        assert_eq!(value["analysis"]["lessons"]["technical"], Value::Array(vec![]));
        assert!(value["analysis"].as_object().unwrap().contains_key("root_cause"));
        assert_eq!(value["analysis"]["root_cause"], Value::Null);
        assert_eq!(value["impact"]["cost"], Value::Null);
        assert!(value["actions"][0].as_object().unwrap().contains_key("owner"));
        assert_eq!(value["restricted"], Value::Null);
    }
}
