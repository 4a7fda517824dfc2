//! Values as templates see them: every field that a type can have is there, empty where nobody wrote it, so
//! that a template's slip of the hand is told apart from a value that is not known.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use schemars::{JsonSchema, schema_for};
use serde::Serialize;
use serde_json::{Map, Value};

/// How deep types nest; a type that holds itself is not followed further.
const DEEPEST: usize = 12;

/// The fields of a type, as far as values have any.
#[derive(Debug)]
enum Shape {
    /// A structure: each field's name, what it is when nobody wrote it, and its own shape.
    Fields(Vec<(String, Value, Shape)>),
    /// A list of such.
    Items(Box<Shape>),
    /// A value without fields.
    Plain,
}

/// Shapes by type, each made once: `check` asks for the same two some hundred thousand times.
static SHAPES: RwLock<BTreeMap<TypeId, Arc<Shape>>> = RwLock::new(BTreeMap::new());

/// The value with all of its type's fields.
pub(super) fn whole<T: Serialize + JsonSchema + 'static>(value: &T) -> Value {
    let mut out = serde_json::to_value(value).unwrap_or_default();
    shape::<T>().fill(&mut out);
    out
}

fn shape<T: JsonSchema + 'static>() -> Arc<Shape> {
    // What is in the map is whole, even when a thread that held the lock has failed.
    let known = SHAPES.read().unwrap_or_else(PoisonError::into_inner).get(&TypeId::of::<T>()).cloned();
    known.unwrap_or_else(|| {
        let schema = schema_for!(T).to_value();
        let shape = Arc::new(Shape::of(&schema, &schema, 0));
        let mut shapes = SHAPES.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(shapes.entry(TypeId::of::<T>()).or_insert(shape))
    })
}

impl Shape {
    fn of(schema: &Value, root: &Value, depth: usize) -> Self {
        let schema = resolve(schema, root);
        if depth == DEEPEST {
            return Self::Plain;
        }
        if let Some(known) = schema.get("properties").and_then(Value::as_object) {
            let field = |(name, of): (&String, &Value)| {
                (name.clone(), empty(of, root), Self::of(of, root, depth + 1))
            };
            return Self::Fields(known.iter().map(field).collect());
        }
        schema.get("items").map_or(Self::Plain, |of| Self::Items(Box::new(Self::of(of, root, depth + 1))))
    }

    fn fill(&self, value: &mut Value) {
        match (self, value) {
            (Self::Fields(known), Value::Object(fields)) => {
                for (name, empty, shape) in known {
                    if let Some(field) = fields.get_mut(name) {
                        shape.fill(field);
                    } else {
                        let mut field = empty.clone();
                        shape.fill(&mut field);
                        fields.insert(name.clone(), field);
                    }
                }
            }
            (Self::Items(shape), Value::Array(items)) => items.iter_mut().for_each(|item| shape.fill(item)),
            _ => {}
        }
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
