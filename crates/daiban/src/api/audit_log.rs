//! The audit log over REST.

use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::{Asked, Query};
use crate::{app::audit::AUDIT_PAGE, say};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    #[serde(default)]
    before: Option<i64>,
    #[serde(default)]
    limit: Option<usize>,
}

/// `{"lines":[…],"next":seq}`, newest first: ask again with `before=next`; `null`: there is no more.
pub(super) async fn list(asked: Asked, Query(part): Query<Part>) -> Response {
    let limit = part.limit.unwrap_or(AUDIT_PAGE);
    let lines = asked
        .app
        .audit_lines(&asked.actor, part.before, limit)
        .await;
    asked.ok(lines.map(|lines| {
        let next = lines
            .last()
            .filter(|_| lines.len() == limit)
            .map(|line| line.seq);
        let said: Vec<_> = lines
            .iter()
            .map(|line| say::audit(line, asked.lang))
            .collect();
        json!({ "lines": said, "next": next })
    }))
}
