//! Which language a page is in: asked for in the address, chosen before, or accepted by the browser.

use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use daiban_core::Lang;

use super::{cookies, page};

/// Holds the chosen language.
const LANG_COOKIE: &str = "daiban_lang";

/// Remembers a language that was asked for.
pub(super) fn remember(response: &mut Response, lang: Lang) {
    let tag = page::tag(lang);
    cookies::add(
        response,
        &format!("{LANG_COOKIE}={tag}; Path=/; Max-Age=31536000; SameSite=Lax"),
    );
}

/// The language asked for in the address.
pub(super) fn asked_lang(query: Option<&str>) -> Option<Lang> {
    let mut pairs = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    let (_, value) = pairs.find(|(key, _)| key == "lang")?;
    known_lang(&value)
}

/// The language of a browser: chosen before, or the first it accepts that is ours.
pub(crate) fn lang_of(headers: &HeaderMap, otherwise: Lang) -> Lang {
    if let Some(lang) = cookies::read(headers, LANG_COOKIE)
        .as_deref()
        .and_then(known_lang)
    {
        return lang;
    }
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut ranges: Vec<(&str, f32)> = accepted.split(',').map(weighed).collect();
    ranges.sort_by(|one, other| other.1.total_cmp(&one.1));
    let mut known = ranges
        .into_iter()
        .filter(|(_, weight)| *weight > 0.0)
        .filter_map(|(tag, _)| known_lang(tag));
    known.next().unwrap_or(otherwise)
}

fn weighed(range: &str) -> (&str, f32) {
    let (tag, weight) = range
        .trim()
        .split_once(';')
        .unwrap_or((range.trim(), "q=1"));
    let weight = weight
        .trim()
        .strip_prefix("q=")
        .and_then(|weight| weight.parse().ok());
    (tag.trim(), weight.unwrap_or(1.0))
}

fn known_lang(tag: &str) -> Option<Lang> {
    match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
        "zh" => Some(Lang::Zh),
        "en" => Some(Lang::En),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn languages() {
        let check = |accepted: &'static str, lang| {
            let headers: HeaderMap =
                [(header::ACCEPT_LANGUAGE, HeaderValue::from_static(accepted))]
                    .into_iter()
                    .collect();
            assert_eq!(lang_of(&headers, Lang::Zh), lang, "{accepted}");
        };
        check("en-US,en;q=0.9", Lang::En);
        check("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh);
        check("de,en;q=0.5,zh;q=0.7", Lang::Zh);
        check("de", Lang::Zh);
        check("", Lang::Zh);
        check("en;q=0", Lang::Zh);
    }
}
