//! What daiban tells its admins of itself over REST.

use axum::response::Response;

use super::Asked;

pub(super) async fn diagnostics(asked: Asked) -> Response {
    let bundle = asked.app.diagnostics(&asked.actor).await;
    asked.ok(bundle.map(|bundle| serde_json::to_value(bundle).unwrap_or_default()))
}
