//! Style sheet, icons and scripts: compiled in, named by their content, kept by browsers for a year.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::access::hash_word;

struct Asset {
    /// The name in the source.
    name: &'static str,
    content_type: &'static str,
    content: &'static str,
    /// The name with eight digits of its content's hash in it.
    path: String,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    vec![
        asset(
            "style.css",
            "text/css; charset=utf-8",
            include_str!("../../assets/style.css"),
        ),
        asset(
            "app.js",
            "text/javascript; charset=utf-8",
            include_str!("../../assets/app.js"),
        ),
        asset(
            "ask.js",
            "text/javascript; charset=utf-8",
            include_str!("../../assets/ask.js"),
        ),
        asset(
            "icons.svg",
            "image/svg+xml",
            include_str!("../../assets/icons.svg"),
        ),
        asset(
            "icon.svg",
            "image/svg+xml",
            include_str!("../../assets/icon.svg"),
        ),
    ]
});

fn asset(name: &'static str, content_type: &'static str, content: &'static str) -> Asset {
    let hash = hash_word(content);
    let path = match name.split_once('.') {
        Some((stem, rest)) => format!("/assets/{stem}.{}.{rest}", &hash[..8]),
        None => format!("/assets/{name}.{}", &hash[..8]),
    };
    Asset {
        name,
        content_type,
        content,
        path,
    }
}

/// The address of an asset, such as `/assets/style.0f3c9a51.css`. Empty for a name that is not there.
pub(super) fn path(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("", |asset| &asset.path)
}

/// `GET /assets/{file}`.
pub(super) async fn serve(Path(file): Path<String>) -> Response {
    let wanted = ASSETS
        .iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(&file));
    let Some(asset) = wanted else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, asset.content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, asset.content).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_their_content() {
        let style = path("style.css");
        assert!(
            style.starts_with("/assets/style.") && style.ends_with(".css"),
            "{style}"
        );
        assert_eq!(style.len(), "/assets/style.01234567.css".len());
        assert_eq!(path("other"), "");
    }
}
