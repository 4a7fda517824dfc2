//! The page of rules comes from the rules: `UPDATE_RULES=1 cargo test --test rules_page` writes it anew.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and writes its own page"
)]

#[test]
fn the_page_of_rules_is_fresh() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/rules/README.md");
    let page = inc::commands::explain::page();
    if std::env::var_os("UPDATE_RULES").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), page);
}
