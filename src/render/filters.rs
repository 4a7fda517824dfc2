//! The filters and functions that templates have: forms of the language, and the ways out of the escaping of
//! one line.

use std::sync::Arc;

use chrono::NaiveDate;
use tera::value::ValueKind;
use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::block::{block, fenced};
use super::escape;
use super::forms::{Forms, Wrong};
use crate::model::instant::Instant;

/// Registers everything that templates may call beside Tera's own filters.
pub(super) fn register(tera: &mut Tera, forms: &Forms) {
    let forms = Arc::new(forms.clone());
    times(tera, &forms);
    numbers(tera, &forms);
    words(tera, &forms);
    lists(tera);
    markup(tera);
}

fn times(tera: &mut Tera, forms: &Arc<Forms>) {
    let f = Arc::clone(forms);
    tera.register_filter("time", move |value: &Value, kwargs: Kwargs, _: &State| {
        let (forms, at) = placed(&f, value, &kwargs)?;
        on(at, &forms, |at| formed(&kwargs, at, &forms, |at| forms.time(at)))
    });
    let f = Arc::clone(forms);
    tera.register_filter("date", move |value: &Value, kwargs: Kwargs, _: &State| {
        if let Some(day) = value.as_str().and_then(|text| text.parse::<NaiveDate>().ok()) {
            return said(f.day(day));
        }
        let (forms, at) = placed(&f, value, &kwargs)?;
        on(at, &forms, |at| formed(&kwargs, at, &forms, |at| forms.date(at)))
    });
    let f = Arc::clone(forms);
    tera.register_filter("datetime", move |value: &Value, kwargs: Kwargs, _: &State| {
        let (forms, at) = placed(&f, value, &kwargs)?;
        on(at, &forms, |at| forms.datetime(at))
    });
    let f = Arc::clone(forms);
    tera.register_filter("beside", move |value: &Value, kwargs: Kwargs, _: &State| {
        let (forms, at) = placed(&f, value, &kwargs)?;
        let reference = instant(kwargs.must_get::<&Value>("of")?)?;
        on(at, &forms, |at| reference.map_or_else(|| forms.datetime(at), |r| forms.beside(at, r)))
    });
    let f = Arc::clone(forms);
    tera.register_filter("utc", move |value: &Value, _: Kwargs, _: &State| {
        on(instant(value)?, &f, |at| Ok(at.format("%Y-%m-%d %H:%M UTC").to_string()))
    });
    let f = Arc::clone(forms);
    tera.register_filter("zone", move |value: &Value, kwargs: Kwargs, _: &State| {
        let (forms, at) = placed(&f, value, &kwargs)?;
        TeraResult::Ok(at.map_or_else(String::new, |at| forms.zone(at)))
    });
    let f = Arc::clone(forms);
    tera.register_filter("duration", move |value: &Value, _: Kwargs, _: &State| match value.as_i64() {
        Some(seconds) => said(f.duration(seconds)),
        None => unknown_or(value, &f, "a number of seconds"),
    });
}

fn numbers(tera: &mut Tera, forms: &Arc<Forms>) {
    let f = Arc::clone(forms);
    tera.register_filter("number", move |value: &Value, _: Kwargs, _: &State| match value.as_f64() {
        Some(number) => Ok(f.number(number)),
        None => unknown_or(value, &f, "a number"),
    });
    let f = Arc::clone(forms);
    tera.register_filter("percent", move |value: &Value, _: Kwargs, _: &State| match value.as_f64() {
        Some(number) => said(f.percent(number)),
        None => unknown_or(value, &f, "a number"),
    });
    let f = Arc::clone(forms);
    tera.register_filter("plural", move |value: &Value, kwargs: Kwargs, _: &State| {
        let count = value.as_i64().and_then(|n| u64::try_from(n).ok());
        match count {
            Some(count) => said(f.count(count, kwargs.must_get::<&str>("word")?)),
            None => unknown_or(value, &f, "a number of things"),
        }
    });
}

fn words(tera: &mut Tera, forms: &Arc<Forms>) {
    let f = Arc::clone(forms);
    tera.register_filter("known", move |value: &Value, kwargs: Kwargs, _: &State| {
        let blank = value.as_str().is_some_and(|text| text.trim().is_empty());
        if value.is_truthy() && !blank || value.is_number() || value.is_bool() {
            return Ok(value.clone());
        }
        Ok(match kwargs.get::<&Value>("or")? {
            Some(other) => other.clone(),
            None => Value::from(said(f.word("unknown", None).map(str::to_owned))?),
        })
    });
    let f = Arc::clone(forms);
    tera.register_filter("word", move |value: &Value, kwargs: Kwargs, _: &State| {
        let key = match (value.as_bool(), value.as_str()) {
            (Some(yes), _) => if yes { "yes" } else { "no" }.to_owned(),
            (_, Some(text)) => text.to_owned(),
            _ => return unknown_or(value, &f, "a word"),
        };
        let key = kwargs.get::<&str>("of")?.map_or(key.clone(), |group| format!("{group}_{key}"));
        said(f.word(&key, None).map(str::to_owned))
    });
    let f = Arc::clone(forms);
    tera.register_filter("said", move |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        let kind = text_of(value, "kind").unwrap_or_default();
        let label = match text_of(value, "label") {
            Some(label) => label,
            None => said(f.word(&format!("kind_{kind}"), None))?,
        };
        Ok(Value::from(after(label, text_of(value, "detail").unwrap_or_default())))
    });
    tera.register_filter("after", |value: &Value, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let label = kwargs.must_get::<&str>("label")?;
        Ok(Value::from(after(label, value.as_str().unwrap_or_default())))
    });
}

fn lists(tera: &mut Tera) {
    tera.register_filter("decided", |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        let late = |clock: &Value| clock.get_from_path("late_seconds").is_some_and(Value::is_number);
        Ok(limits(value, |clock, state| matches!(state, "met" | "missed" | "waived") || late(clock)))
    });
    tera.register_filter("running", |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        let due = |clock: &Value| text_of(clock, "due").is_some();
        Ok(limits(value, |clock, state| state == "running" && due(clock)))
    });
    tera.register_filter("where", |value: &Value, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let field = kwargs.must_get::<&str>("field")?;
        let wanted = kwargs.must_get::<&Value>("is")?;
        let all = value.as_array().unwrap_or_default();
        let same = |item: &&Value| item.get_from_path(field) == Some(wanted);
        Ok(Value::from(all.iter().filter(same).cloned().collect::<Vec<_>>()))
    });
}

/// The clocks that `keep` accepts, without those of steps and actions, which have their own places in documents.
fn limits(clocks: &Value, keep: impl Fn(&Value, &str) -> bool) -> Value {
    let all = clocks.as_array().unwrap_or_default();
    let kept = all.iter().filter(|clock| {
        let id = text_of(clock, "id").unwrap_or_default();
        let own = id.starts_with("step:") || id.starts_with("action:");
        !own && keep(clock, text_of(clock, "state").unwrap_or_default())
    });
    Value::from(kept.cloned().collect::<Vec<_>>())
}

fn markup(tera: &mut Tera) {
    tera.register_filter("block", |value: &Value, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let indent = kwargs.get::<u64>("indent")?.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
        let text = value.as_str().unwrap_or_default();
        Ok(Value::safe_string(&block(text, indent.min(12), indent == 0)))
    });
    tera.register_filter("fenced", |value: &Value, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let language = kwargs.get::<&str>("language")?.unwrap_or("text");
        Ok(Value::safe_string(&fenced(value.as_str().unwrap_or_default(), language)))
    });
    tera.register_filter("code", |value: &Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        Ok(Value::safe_string(&escape::code(&value.to_string())))
    });
    tera.register_filter("link", |value: &Value, kwargs: Kwargs, _: &State| -> TeraResult<Value> {
        let url = kwargs.must_get::<&str>("url")?;
        Ok(Value::safe_string(&escape::link(&value.to_string(), url)))
    });
    tera.register_filter("lines", |value: &Value, _: Kwargs, state: &State| -> TeraResult<Value> {
        let text = value.as_str().unwrap_or_default().trim();
        let lines: TeraResult<Vec<String>> = text.lines().map(|line| state.escape(line)).collect();
        Ok(Value::safe_string(&lines?.join("\n")))
    });
}

fn text_of<'a>(value: &'a Value, field: &'a str) -> Option<&'a str> {
    value.get_from_path(field).and_then(Value::as_str)
}

/// `label: text`; the text alone when it begins with the label, the label alone when there is no text.
fn after(label: &str, text: &str) -> String {
    let text = text.trim();
    let begins = || text.to_lowercase().starts_with(&label.to_lowercase());
    match (label.is_empty(), text.is_empty()) {
        (true, _) => text.to_owned(),
        (_, true) => label.to_owned(),
        _ if begins() => text.to_owned(),
        // A fence or a list cannot begin in the middle of a line.
        _ if text.starts_with(['`', '~', '-', '*', '|', '>']) => format!("{label}:\n\n{text}"),
        _ => format!("{label}: {text}"),
    }
}

/// The forms in the zone that the template names, and the instant.
fn placed(forms: &Forms, value: &Value, kwargs: &Kwargs) -> TeraResult<(Forms, Option<Instant>)> {
    let forms = match kwargs.get::<&str>("zone")? {
        Some(name) => {
            let zone =
                name.parse().map_err(|_| error(format!("`{name}` is no time zone: write it like `UTC`")))?;
            forms.in_zone(zone)
        }
        None => forms.clone(),
    };
    Ok((forms, instant(value)?))
}

fn instant(value: &Value) -> TeraResult<Option<Instant>> {
    match value.kind() {
        ValueKind::None | ValueKind::Undefined => Ok(None),
        _ => {
            let at = value.as_str().and_then(|text| text.parse().ok());
            at.map(Some).ok_or_else(|| error(format!("`{value}` is no time")))
        }
    }
}

/// In the form that the template names, else in the language's.
fn formed(
    kwargs: &Kwargs,
    at: Instant,
    forms: &Forms,
    own: impl Fn(Instant) -> Result<String, Wrong>,
) -> Result<String, Wrong> {
    match kwargs.get::<&str>("form") {
        Ok(Some(form)) => forms.formed(at, form),
        _ => own(at),
    }
}

fn on(
    at: Option<Instant>,
    forms: &Forms,
    shown: impl Fn(Instant) -> Result<String, Wrong>,
) -> TeraResult<String> {
    match at {
        Some(at) => said(shown(at)),
        None => said(forms.word("unknown", None).map(str::to_owned)),
    }
}

fn unknown_or(value: &Value, forms: &Forms, wanted: &str) -> TeraResult<String> {
    match value.kind() {
        ValueKind::None | ValueKind::Undefined => said(forms.word("unknown", None).map(str::to_owned)),
        _ => Err(error(format!("`{value}` is not {wanted}"))),
    }
}

fn said<T>(result: Result<T, Wrong>) -> TeraResult<T> {
    result.map_err(error)
}

fn error(message: String) -> tera::Error {
    tera::Error::message(message)
}
