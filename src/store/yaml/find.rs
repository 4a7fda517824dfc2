//! Where a field is in the text.

use std::ops::Range;

use yaml_edit::{MappingEntry, YamlFile, YamlNode};

/// A field of a mapping or an item of a list.
#[derive(Clone)]
pub(in crate::store) struct Child {
    /// The key as it is spelled; none for an item.
    pub(in crate::store) key: Option<String>,
    /// Where the key is.
    pub(in crate::store) key_span: Option<Range<usize>>,
    /// The value.
    pub(in crate::store) node: YamlNode,
    /// Where key and value are, white space and a comment after them perhaps included; for an item the value.
    pub(in crate::store) whole: Range<usize>,
}

/// The fields or items of a node, in order.
pub(in crate::store) fn children(node: &YamlNode) -> Vec<Child> {
    match node {
        YamlNode::Mapping(mapping) => mapping.entries().filter_map(|entry| field(&entry)).collect(),
        YamlNode::Sequence(sequence) => {
            let item =
                |node: YamlNode| Child { key: None, key_span: None, whole: range(node.byte_range()), node };
            sequence.values().map(item).collect()
        }
        _ => Vec::new(),
    }
}

fn field(entry: &MappingEntry) -> Option<Child> {
    let (key, node) = (entry.key_node()?, entry.value_node()?);
    let key_span = range(key.byte_range());
    let whole = key_span.start..range(node.byte_range()).end.max(key_span.end);
    Some(Child { key: Some(spelling(&key)), key_span: Some(key_span), node, whole })
}

/// Whether a node is a mapping in braces or a list in brackets.
pub(in crate::store) fn is_flow(node: &YamlNode) -> bool {
    match node {
        YamlNode::Mapping(mapping) => mapping.is_flow_style(),
        YamlNode::Sequence(sequence) => sequence.is_flow_style(),
        _ => false,
    }
}

/// Where a node is, without the white space around it.
pub(in crate::store) fn span(text: &str, node: &YamlNode) -> Range<usize> {
    trimmed(text, range(node.byte_range()))
}

/// The byte span of the value at a path of keys and list indexes; none when there is no such value.
///
/// An empty path is the whole document. A field without a value has an empty span.
#[must_use]
pub fn locate(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let root = root(text)?;
    let node = path.iter().try_fold(root, |node, segment| child(&node, segment))?;
    Some(trimmed(text, range(node.byte_range())))
}

/// The byte span of the key of the field at a path; of the item itself in a list.
#[must_use]
pub fn locate_key(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(root(text)?, |node, segment| child(&node, segment))?;
    match &parent {
        YamlNode::Mapping(_) => {
            let key = mapping_entry(&parent, last)?.key_node()?;
            Some(trimmed(text, range(key.byte_range())))
        }
        _ => Some(trimmed(text, range(child(&parent, last)?.byte_range()))),
    }
}

/// The byte span of key and value of the field at a path; none for a list item.
pub(super) fn entry(text: &str, path: &[&str]) -> Option<Range<usize>> {
    let (last, parents) = path.split_last()?;
    let parent = parents.iter().try_fold(root(text)?, |node, segment| child(&node, segment))?;
    Some(trimmed(text, range(mapping_entry(&parent, last)?.byte_range())))
}

/// The byte spans of all keys spelled `key` in the mapping at a path.
pub(super) fn keys(text: &str, path: &[&str], key: &str) -> Vec<Range<usize>> {
    let Some(root) = root(text) else { return Vec::new() };
    let Some(YamlNode::Mapping(mapping)) = path.iter().try_fold(root, |node, segment| child(&node, segment))
    else {
        return Vec::new();
    };
    let nodes = mapping.entries().filter_map(|entry| entry.key_node());
    nodes.filter(|node| spelling(node) == key).map(|node| trimmed(text, range(node.byte_range()))).collect()
}

/// The root of the first document.
pub(in crate::store) fn root(text: &str) -> Option<YamlNode> {
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

fn range(position: yaml_edit::TextPosition) -> Range<usize> {
    position.start as usize..position.end as usize
}

/// The span without the white space around it.
pub(in crate::store) fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let Some(part) = text.get(span.clone()) else { return span };
    let start = span.start + (part.len() - part.trim_start().len());
    start..(span.start + part.trim_end().len()).max(start)
}
