//! Tera, set up so that nothing is forgotten: text is escaped for the kind of document unless a template says
//! otherwise, and errors name the template's line.

use std::cell::RefCell;

use tera::{Context, ErrorKind, Tera};

use super::documents::Templates;
use super::escape;
use super::filters;
use super::forms::Forms;
use crate::error::{Failure, invalid, nearest};

/// Templates of this ending write plain text; all others write Markdown.
const PLAIN: &str = ".txt.tera";

/// No template includes more than this many others.
const MOST_INCLUDED: usize = 50;

/// Renders a template and whatever it includes.
pub(super) fn render(
    templates: &Templates<'_>,
    file: &str,
    forms: &Forms,
    context: &Context,
) -> Result<String, Failure> {
    let texts = templates.with_included(file, MOST_INCLUDED)?;
    let result = PREPARED.with_borrow_mut(|prepared| {
        let known = prepared.iter().position(|p| p.texts == texts && p.forms == *forms);
        let at = if let Some(at) = known {
            at
        } else {
            let mut tera = set_up(forms, file.ends_with(PLAIN));
            tera.add_raw_templates(texts.clone())?;
            prepared.truncate(MOST_PREPARED - 1);
            prepared.insert(0, Prepared { texts, forms: forms.clone(), tera });
            0
        };
        prepared[at].tera.render(file, context)
    });
    Ok(tidy(&result.map_err(|error| failure(&error, file))?))
}

/// Templates read and made ready, which costs ten times what rendering one does.
struct Prepared {
    texts: Vec<(String, String)>,
    forms: Forms,
    tera: Tera,
}

/// How many templates a thread keeps ready.
const MOST_PREPARED: usize = 16;

thread_local! {
    /// `check` renders the same few templates for thousands of incidents.
    static PREPARED: RefCell<Vec<Prepared>> = const { RefCell::new(Vec::new()) };
}

/// Renders a few words with places to fill in, as plain text on one or more lines; `name` is what an error
/// calls them.
pub(super) fn fill(text: &str, name: &str, forms: &Forms, context: &Context) -> Result<String, Failure> {
    let mut tera = set_up(forms, true);
    let name = format!("{name}{PLAIN}");
    let result = tera.add_raw_template(&name, text).and_then(|()| tera.render(&name, context));
    Ok(result.map_err(|error| failure(&error, name.trim_end_matches(PLAIN)))?.trim().to_owned())
}

fn set_up(forms: &Forms, plain: bool) -> Tera {
    let mut tera = Tera::default();
    // Every name ends with the empty text: there is no template without escaping.
    tera.autoescape_on([""]);
    tera.set_escape_fn(if plain { escape::write_plain } else { escape::write_inline });
    filters::register(&mut tera, forms);
    tera
}

/// A template's error with its line, in words that need no knowledge of how templates are carried out.
fn failure(error: &tera::Error, file: &str) -> Failure {
    let (place, message) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let span = report.span();
            (format!("{}:{}:{}", report.filename(), span.start_line, span.start_col + 1), report.message())
        }
        ErrorKind::Msg(message) => return invalid(reference(message, file)),
        ErrorKind::CircularInclude { include_chain: chain, .. }
        | ErrorKind::CircularExtend { inheritance_chain: chain, .. } => {
            return invalid(format!("{file}: it includes itself: {}", chain.join(", ")));
        }
        _ => return invalid(format!("{file}: {}", lower(&error.to_string()))),
    };
    let (message, known) = split_known(message);
    let failure = invalid(format!("{place}: {}", worded(message)));
    let missing = message.split('`').nth(1).unwrap_or_default();
    match (known.as_deref(), nearest(missing, known.iter().flat_map(|k| k.split(", ")))) {
        (Some(_), Some(near)) => failure.hint(format!("did you mean `{near}`?")),
        (Some(known), None) => failure.hint(format!("known here: {known}")),
        _ => failure,
    }
}

/// `Field x is not defined. Available fields: a, b` in two.
fn split_known(message: &str) -> (&str, Option<String>) {
    for mark in [" Available fields: ", " Available variables: "] {
        if let Some((message, known)) = message.split_once(mark) {
            return (message.trim_end_matches('.'), Some(known.to_owned()));
        }
    }
    (message.trim_end_matches('.'), None)
}

fn worded(message: &str) -> String {
    if let Some((_, actual)) = message.split_once("but got `") {
        let actual = match actual.trim_end_matches('`') {
            "none" | "undefined" => "nothing is known here",
            "array" => "this is a list",
            "map" | "object" => "this has fields of its own",
            _ => "this is a value of another kind",
        };
        return format!("the filter cannot use this value: {actual}");
    }
    lower(message).replace("value of type none", "what is not known")
}

/// Tera reports a name that it does not know as a drawing; its first line and place are enough.
fn reference(report: &str, file: &str) -> String {
    let line = |prefix: &str| report.lines().find_map(|l| l.trim_start().strip_prefix(prefix));
    match (line("error: "), line("--> ")) {
        (Some(message), Some(place)) => format!("{place}: {}", lower(message)),
        _ => format!("{file}: {}", lower(report)),
    }
}

fn lower(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

/// One blank line at the most between paragraphs outside fences, none at the ends, no white space at the end
/// of a line.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut blank = true;
    for line in text.lines().map(str::trim_end) {
        let start = line.trim_start();
        match &fence {
            Some(mark) if start.starts_with(mark.as_str()) && start.trim_matches('`').is_empty() => {
                fence = None;
            }
            None if start.starts_with("```") => {
                let run = start.len() - start.trim_start_matches('`').len();
                fence = Some("`".repeat(run));
            }
            _ => {}
        }
        if line.is_empty() && blank && fence.is_none() {
            continue;
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
