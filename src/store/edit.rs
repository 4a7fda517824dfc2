//! Edits of a YAML file that keep its comments, key order, quoting and blank lines.
//!
//! The lossless tree says where a value is; only the bytes of that value change. After each step the text is read
//! again and compared with what was meant, so a file is never written that means something else.

mod render;
mod splice;

use serde_yaml::{Mapping, Value};

use super::yaml::{self, Problem, line_col, locate};

/// One change to a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// Where: keys of mappings and indexes of lists, from 0; `-` appends to a list.
    pub path: Vec<String>,
    /// The new value; none removes the field or list item.
    pub value: Option<Value>,
}

impl Edit {
    /// Sets the value at a path such as `["impact", "users", "percent"]`; what is missing on the way is created.
    pub fn set<S: Into<String>>(path: impl IntoIterator<Item = S>, value: impl Into<Value>) -> Self {
        Self { path: path.into_iter().map(Into::into).collect(), value: Some(value.into()) }
    }

    /// Removes the field or list item at a path; one that is not there is no error.
    pub fn remove<S: Into<String>>(path: impl IntoIterator<Item = S>) -> Self {
        Self { path: path.into_iter().map(Into::into).collect(), value: None }
    }
}

/// Applies the edits in order and gives the new text; comments inside of what is removed go with it.
///
/// Fails when the text is not readable, when a path leads through a plain value or beyond the end of a list, and
/// when an edit cannot be made without changing the meaning of anything else.
pub fn apply(text: &str, edits: &[Edit]) -> Result<String, Problem> {
    let value = yaml::read(text).map_err(first)?;
    let mut draft = Draft { text: text.to_owned(), value };
    for edit in edits {
        draft.edit(&edit.path, edit.value.as_ref())?;
    }
    Ok(draft.text)
}

fn first(problems: Vec<Problem>) -> Problem {
    problems.into_iter().next().unwrap_or_else(|| Problem::at("", 0, "this is not YAML"))
}

/// The text and what it means.
struct Draft {
    text: String,
    value: Value,
}

impl Draft {
    fn edit(&mut self, path: &[String], value: Option<&Value>) -> Result<(), Problem> {
        if path.is_empty() {
            return Err(Problem::at(&self.text, 0, "an edit needs the path of a field"));
        }
        let known = self.known(path)?;
        match value {
            None if known == path.len() => self.remove(path),
            None => Ok(()),
            Some(value) if known == path.len() => self.replace(path, value),
            Some(value) => self.insert(path, known, value),
        }
    }

    /// How many segments of the path lead to something that is there.
    fn known(&self, path: &[String]) -> Result<usize, Problem> {
        let mut node = &self.value;
        for (depth, segment) in path.iter().enumerate() {
            let next = match node {
                Value::Mapping(mapping) => mapping.get(segment.as_str()),
                Value::Sequence(list) if segment == "-" || segment == &list.len().to_string() => {
                    let _ = list;
                    None
                }
                Value::Sequence(list) => {
                    let item = segment.parse().ok().and_then(|index: usize| list.get(index));
                    Some(item.ok_or_else(|| self.wrong(path, depth, &format!("has no item `{segment}`")))?)
                }
                Value::Null => None,
                _ => return Err(self.wrong(path, depth, "is a plain value and has no fields")),
            };
            match next {
                Some(next) => node = next,
                None => return Ok(depth),
            }
        }
        Ok(path.len())
    }

    fn wrong(&self, path: &[String], depth: usize, what: &str) -> Problem {
        let (holder, _) = path.split_at(depth);
        let keys: Vec<&str> = holder.iter().map(String::as_str).collect();
        let offset = locate(&self.text, &keys).map_or(0, |span| span.start);
        let (line, column) = line_col(&self.text, offset);
        let path = holder.join(".");
        Problem { line, column, message: format!("`{path}` {what}"), path, help: None }
    }

    fn at(&self, path: &[String]) -> Option<&Value> {
        path.iter().try_fold(&self.value, |node, segment| match node {
            Value::Sequence(list) => list.get(segment.parse::<usize>().ok()?),
            node => node.get(segment.as_str()),
        })
    }

    /// Replaces a value, only where it differs: what stays the same keeps its comments.
    fn replace(&mut self, path: &[String], value: &Value) -> Result<(), Problem> {
        match (self.at(path).cloned(), value) {
            (Some(old), new) if old == *new => Ok(()),
            (Some(Value::Mapping(old)), Value::Mapping(new)) if !old.is_empty() && !new.is_empty() => {
                let stays = |key: &&Value| !new.contains_key(*key);
                for (key, value) in new {
                    self.edit(&joined(path, &spelled(key)), Some(value))?;
                }
                old.keys().filter(stays).try_for_each(|key| self.edit(&joined(path, &spelled(key)), None))
            }
            (Some(Value::Sequence(old)), Value::Sequence(new)) if !old.is_empty() && !new.is_empty() => {
                for (index, value) in new.iter().enumerate() {
                    self.edit(&joined(path, &index.to_string()), Some(value))?;
                }
                (new.len()..old.len()).rev().try_for_each(|i| self.edit(&joined(path, &i.to_string()), None))
            }
            _ => {
                let text = splice::replace(&self.text, &strs(path), value);
                self.accept(path, text, |root| put(root, path, value.clone()))
            }
        }
    }

    /// Adds what is missing from `path[known]` on.
    fn insert(&mut self, path: &[String], known: usize, value: &Value) -> Result<(), Problem> {
        let (holder, missing) = path.split_at(known);
        let Some((segment, deeper)) = missing.split_first() else { return Ok(()) };
        let value = deeper.iter().rev().fold(value.clone(), |inner, segment| wrapped(segment, inner));
        match self.at(holder) {
            Some(Value::Mapping(mapping)) if !mapping.is_empty() => {
                let text = splice::insert(&self.text, &strs(holder), Some(segment), &value);
                self.accept(path, text, |root| put(root, &joined(holder, segment), value))
            }
            Some(Value::Sequence(list)) if !list.is_empty() => {
                let index = list.len().to_string();
                let text = splice::insert(&self.text, &strs(holder), None, &value);
                self.accept(path, text, |root| put(root, &joined(holder, &index), value))
            }
            Some(Value::Sequence(_)) => self.replace(holder, &Value::Sequence(vec![value])),
            Some(Value::Mapping(_)) => self
                .replace(holder, &Value::Mapping([(segment.as_str().into(), value)].into_iter().collect())),
            _ => self.replace(holder, &wrapped(segment, value)),
        }
    }

    /// Removes a field or item; the last of its mapping or list leaves that empty, not absent.
    fn remove(&mut self, path: &[String]) -> Result<(), Problem> {
        let Some((last, holder)) = path.split_last() else { return Ok(()) };
        let empty = match self.at(holder) {
            Some(Value::Mapping(mapping)) if mapping.len() == 1 => Some(Value::Mapping(Mapping::new())),
            Some(Value::Sequence(list)) if list.len() == 1 => Some(Value::Sequence(Vec::new())),
            _ => None,
        };
        match empty {
            Some(_) if holder.is_empty() => Err(self.wrong(path, 0, "cannot lose its last field")),
            Some(empty) => self.replace(holder, &empty),
            None => {
                let text = splice::remove(&self.text, &strs(path));
                self.accept(path, text, |root| take(root, holder, last))
            }
        }
    }

    /// Takes the new text over, if it means what was meant.
    fn accept(
        &mut self,
        path: &[String],
        text: Option<String>,
        meant: impl FnOnce(&mut Value) -> Option<()>,
    ) -> Result<(), Problem> {
        let mut expected = self.value.clone();
        let read = text.and_then(|text| Some((yaml::read::<Value>(&text).ok()?, text)));
        match (meant(&mut expected), read) {
            (Some(()), Some((value, text))) if value == expected => {
                *self = Self { text, value };
                Ok(())
            }
            _ => {
                let keys = strs(path);
                let offset = (0..=keys.len()).rev().find_map(|n| locate(&self.text, keys.get(..n)?));
                let (line, column) = line_col(&self.text, offset.map_or(0, |span| span.start));
                Err(Problem {
                    line,
                    column,
                    path: path.join("."),
                    message: "this cannot be changed without changing something else; nothing was written"
                        .to_owned(),
                    help: Some("change it by hand in an editor".to_owned()),
                })
            }
        }
    }
}

fn strs(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn joined(path: &[String], segment: &str) -> Vec<String> {
    path.iter().cloned().chain([segment.to_owned()]).collect()
}

fn spelled(key: &Value) -> String {
    key.as_str().map(str::to_owned).unwrap_or_default()
}

/// A new list or mapping that holds one value.
fn wrapped(segment: &str, inner: Value) -> Value {
    if segment == "-" || segment == "0" {
        Value::Sequence(vec![inner])
    } else {
        Value::Mapping([(segment.into(), inner)].into_iter().collect())
    }
}

fn put(root: &mut Value, path: &[String], value: Value) -> Option<()> {
    let Some((last, holder)) = path.split_last() else {
        *root = value;
        return Some(());
    };
    match inner(root, holder)? {
        Value::Mapping(mapping) => {
            mapping.insert(last.as_str().into(), value);
        }
        Value::Sequence(list) => match last.parse::<usize>().ok()? {
            index if index == list.len() => list.push(value),
            index => *list.get_mut(index)? = value,
        },
        _ => return None,
    }
    Some(())
}

fn take(root: &mut Value, holder: &[String], last: &str) -> Option<()> {
    match inner(root, holder)? {
        Value::Mapping(mapping) => mapping.shift_remove(last).map(|_| ()),
        Value::Sequence(list) => {
            let index = last.parse::<usize>().ok().filter(|index| *index < list.len())?;
            list.remove(index);
            Some(())
        }
        _ => None,
    }
}

fn inner<'a>(root: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(root, |node, segment| match node {
        Value::Sequence(list) => list.get_mut(segment.parse::<usize>().ok()?),
        node => node.get_mut(segment.as_str()),
    })
}
