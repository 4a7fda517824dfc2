//! Where a field is in the text.

use std::ops::Range;

use yaml_edit::{MappingEntry, YamlFile, YamlNode};

/// The byte span of the value at a path of keys and list indexes; none when there is no such value.
///
/// An empty path is the whole document. A field without a value has an empty span.
#[must_use]
pub fn locate(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let root = root(text)?;
    let node = path.iter().try_fold(root, |node, segment| child(&node, segment))?;
    Some(trimmed(text, span(node.byte_range())))
}

/// The byte span of the key of the field at a path; of the item itself in a list.
#[must_use]
pub fn locate_key(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(root(text)?, |node, segment| child(&node, segment))?;
    match &parent {
        YamlNode::Mapping(_) => {
            let key = mapping_entry(&parent, last)?.key_node()?;
            Some(trimmed(text, span(key.byte_range())))
        }
        _ => Some(trimmed(text, span(child(&parent, last)?.byte_range()))),
    }
}

/// The byte span of key and value of the field at a path; none for a list item.
pub(super) fn entry(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(root(text)?, |node, segment| child(&node, segment))?;
    Some(trimmed(text, span(mapping_entry(&parent, last)?.byte_range())))
}

/// The byte spans of all keys spelled `key` in the mapping at a path.
pub(super) fn keys(text: &str, path: &[&str], key: &str) -> Vec<Range<usize>> {
    let Some(root) = root(text) else { return Vec::new() };
    let Some(YamlNode::Mapping(mapping)) = path.iter().try_fold(root, |node, segment| child(&node, segment))
    else {
        return Vec::new();
    };
    let nodes = mapping.entries().filter_map(|entry| entry.key_node());
    nodes.filter(|node| spelling(node) == key).map(|node| trimmed(text, span(node.byte_range()))).collect()
}

fn root(text: &str) -> Option<YamlNode> {
    let document = YamlFile::parse(text).tree().document()?;
    (document.as_mapping().map(YamlNode::Mapping))
        .or_else(|| document.as_sequence().map(YamlNode::Sequence))
        .or_else(|| document.as_scalar().map(YamlNode::Scalar))
}

fn child(node: &YamlNode, segment: &str) -> Option<YamlNode> {
    match node {
        YamlNode::Sequence(sequence) => sequence.get(segment.parse().ok()?),
        _ => mapping_entry(node, segment)?.value_node(),
    }
}

fn mapping_entry(node: &YamlNode, key: &str) -> Option<MappingEntry> {
    let YamlNode::Mapping(mapping) = node else { return None };
    mapping.entries().find(|entry| entry.key_node().is_some_and(|node| spelling(&node) == key))
}

fn spelling(node: &YamlNode) -> String {
    node.as_scalar().map(yaml_edit::Scalar::as_string).unwrap_or_default()
}

fn span(position: yaml_edit::TextPosition) -> Range<usize> {
    position.start as usize..position.end as usize
}

/// The span without the white space around it.
fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(span.clone()) else { return span };
    let start = span.start + (part.len() - part.trim_start().len());
    start..(span.start + part.trim_end().len()).max(start)
}
