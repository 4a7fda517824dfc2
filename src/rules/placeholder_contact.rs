//! Contacts can be reached: none is a placeholder.
//!
//! ## What it checks
//! The contacts of posts and levels in the team's own processes, and the people in `inc.yaml`: for parts of
//! a number, an address or a name that was never filled in, such as `XX`.
//!
//! ## Why
//! Somebody will dial `+225 XX XX XX XX XX` at three in the morning.
//!
//! ## Example
//! ```yaml
//! posts:
//!   - { id: cto, label: CTO, contacts: ["+225 XX XX XX XX XX"] }
//! ```
//!
//! ## Instead
//! ```yaml
//! posts:
//!   - { id: cto, label: CTO, contacts: ["+225 07 00 00 00 00"] }
//! ```
//! What should not be in the repository is left out, and said where it is kept.

use super::placeholder::{PLACEHOLDERS, whole_word};
use super::{Check, Place, ProcessFile, Remark, Repository, Rule};
use crate::process::obligation::Weight;

pub(super) static RULE: Rule = Rule {
    ..Rule::new(
        "placeholder-contact",
        Weight::Warning,
        include_str!("placeholder_contact.rs"),
        Check::Repository(check),
    )
};

fn check(repository: &Repository<'_>) -> Vec<Remark> {
    let own = repository.processes.iter().filter_map(|p| Some((p.path?.to_owned(), contacts(p))));
    let people = repository.settings.map(|path| {
        let people = repository.team.people.iter();
        let named = people
            .flat_map(|(post, names)| names.iter().map(move |n| (format!("people.{post}"), n.as_str())));
        (path.to_owned(), named.collect())
    });
    let files: Vec<(_, Vec<(String, &str)>)> = own.chain(people).collect();
    let mut remarks = Vec::new();
    for (path, fields) in files {
        for (field, text) in fields {
            let Some(found) = PLACEHOLDERS.contacts.iter().find_map(|word| whole_word(text, word)) else {
                continue;
            };
            let message = format!("`{text}` is a placeholder: nobody can be reached there");
            let remark = Remark::new(&path, Place::word(&field, found), message);
            remarks.push(remark.help("write the real one, or leave it out"));
        }
    }
    remarks
}

fn contacts<'a>(file: &ProcessFile<'a>) -> Vec<(String, &'a str)> {
    let posts =
        file.process.posts.iter().map(|p| &p.contacts).enumerate().map(|(n, c)| (format!("posts.{n}"), c));
    let levels =
        file.process.levels.iter().map(|l| &l.contacts).enumerate().map(|(n, c)| (format!("levels.{n}"), c));
    let all = posts.chain(levels);
    all.flat_map(|(field, contacts)| {
        contacts.iter().enumerate().map(move |(n, text)| (format!("{field}.contacts.{n}"), text.as_str()))
    })
    .collect()
}
