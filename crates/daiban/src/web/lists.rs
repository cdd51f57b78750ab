//! Lists that are put in order by the buttons of a form: every button sends the whole form, and the list comes back changed.

use super::visitor::Fields;

/// Does what a pressed `up`, `down` or `drop` says: the button's value is a place in the list, and `end` stands behind its
/// name where a form has several lists. Whether one of them was pressed.
pub(super) fn press<T>(items: &mut Vec<T>, fields: &Fields, end: &str) -> bool {
    let pressed = |word: &str| fields.get(&format!("{word}{end}"));
    let at = |word: &str| pressed(word).and_then(|value| value.parse::<usize>().ok());
    if let Some(at) = at("up").filter(|at| (1..items.len()).contains(at)) {
        items.swap(at, at - 1);
    }
    if let Some(at) = at("down").filter(|at| at + 1 < items.len()) {
        items.swap(at, at + 1);
    }
    if let Some(at) = at("drop").filter(|at| *at < items.len()) {
        items.remove(at);
    }
    ["up", "down", "drop"]
        .iter()
        .any(|word| pressed(word).is_some())
}

/// What was typed as a list: with commas of any kind, semicolons or blanks between.
pub(super) fn split(typed: &str) -> impl Iterator<Item = &str> {
    typed
        .split([',', '，', '、', ';', '；', ' '])
        .filter(|item| !item.is_empty())
}
