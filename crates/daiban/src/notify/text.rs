//! Messages as plain text, and texts cut to what a channel takes.

use daiban_core::notify::Message;

/// What stands where something was cut off.
const CUT: &str = "…";

/// Title, body and link, a line each, in at most `max` bytes: the body is cut first, the link never, unless it alone is
/// too long.
pub fn plain(message: &Message, max: usize) -> String {
    let link = message
        .link
        .as_deref()
        .map(|link| format!("\n{link}"))
        .unwrap_or_default();
    let body = match message.body.as_str() {
        "" => String::new(),
        body => format!("\n{body}"),
    };
    let words = format!("{}{body}", message.title);
    match max.checked_sub(link.len()) {
        Some(left) if left > CUT.len() || words.is_empty() => {
            format!("{}{link}", cut_bytes(&words, left))
        }
        _ => cut_bytes(&words, max),
    }
}

/// At most `max` bytes, cut between characters and marked with `…`.
pub fn cut_bytes(text: &str, max: usize) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let Some(room) = max.checked_sub(CUT.len()) else {
        return String::new();
    };
    let kept = &text[..text.floor_char_boundary(room)];
    format!("{kept}{CUT}")
}

/// At most `max` characters, marked with `…` when cut.
pub fn cut_chars(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept = text.chars().take(max.saturating_sub(1));
    kept.chain(CUT.chars()).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use daiban_core::notice::Severity;

    fn message(title: &str, body: &str, link: Option<&str>) -> Message {
        Message {
            id: "m".to_owned(),
            at: "2026-11-22T00:00:00Z".parse().unwrap(),
            severity: Severity::Info,
            title: title.to_owned(),
            body: body.to_owned(),
            link: link.map(str::to_owned),
        }
    }

    #[test]
    fn the_link_stays() {
        let text = plain(
            &message("进京证", &"长".repeat(1000), Some("https://d.example/a/1")),
            2048,
        );
        assert!(text.len() <= 2048 && text.len() > 2040, "{}", text.len());
        assert!(text.starts_with("进京证\n长") && text.ends_with("…\nhttps://d.example/a/1"));
        assert_eq!(plain(&message("t", "", None), 10), "t");
        assert_eq!(plain(&message("t", "b", Some("l")), 10), "t\nb\nl");
    }

    #[test]
    fn never_too_long() {
        let body = "a中é🚗 ".repeat(9);
        for max in 0..80 {
            for link in [None, Some(""), Some("https://d.example/a/1")] {
                let text = plain(&message("标题", &body, link), max);
                assert!(text.len() <= max, "{max} {text}");
            }
            assert!(cut_chars(&body, max + 1).chars().count() <= max + 1);
        }
    }
}
