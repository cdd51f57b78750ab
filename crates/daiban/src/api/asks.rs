//! Asks, problems and notices over REST.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use daiban_core::{
    ask::{Answer, AskState},
    id::AskId,
    invalid::InvalidInput,
};
use serde::Deserialize;

use super::{Asked, Json, Query, problem};
use crate::{app::AppError, say};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Filter {
    #[serde(default)]
    state: Option<AskState>,
}

pub(super) async fn list(asked: Asked, Query(filter): Query<Filter>) -> Response {
    let asks = asked.app.asks(&asked.actor, filter.state).await;
    asked.ok(asks.map(|asks| asks.iter().map(|ask| say::ask(ask, asked.lang)).collect()))
}

pub(super) async fn show(asked: Asked, Path(id): Path<AskId>) -> Response {
    let ask = asked.app.ask(&asked.actor, &id).await;
    asked.ok(ask.map(|ask| say::ask(&ask, asked.lang)))
}

pub(super) async fn picture(asked: Asked, Path(id): Path<AskId>) -> Response {
    match asked.app.ask_picture(&asked.actor, &id).await {
        Ok(picture) => (
            [(header::CONTENT_TYPE, picture.content_type)],
            picture.bytes,
        )
            .into_response(),
        Err(error) => problem(&error, asked.lang),
    }
}

/// One of the three.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    points: Option<Vec<(u32, u32)>>,
    #[serde(default)]
    approve: Option<bool>,
}

impl Given {
    fn answer(self) -> Result<Answer, AppError> {
        match (self.text, self.points, self.approve) {
            (Some(text), None, None) => Ok(Answer::Text(text)),
            (None, Some(points), None) => Ok(Answer::Points(points)),
            (None, None, Some(true)) => Ok(Answer::Approved),
            (None, None, Some(false)) => Ok(Answer::Denied),
            _ => Err(AppError::Invalid(InvalidInput::new(
                "answer",
                "text、points、approve 三者给且只给一个",
                "give exactly one of text, points, approve",
            ))),
        }
    }
}

pub(super) async fn answer(
    asked: Asked,
    Path(id): Path<AskId>,
    Json(given): Json<Given>,
) -> Response {
    let answered = match given.answer() {
        Ok(answer) => asked.app.answer(&asked.actor, &id, answer).await,
        Err(error) => Err(error),
    };
    asked.ok(answered.map(|ask| say::ask(&ask, asked.lang)))
}

pub(super) async fn problems(asked: Asked) -> Response {
    let problems = asked.app.problems(&asked.actor).await;
    asked.ok(problems.map(|problems| {
        problems
            .iter()
            .map(|problem| say::problem(problem, asked.lang))
            .collect()
    }))
}

pub(super) async fn notices(asked: Asked) -> Response {
    let notices = asked.app.notices(&asked.actor, 100).await;
    asked.ok(notices.map(|notices| {
        notices
            .iter()
            .map(|notice| say::notice(notice, asked.lang))
            .collect()
    }))
}
