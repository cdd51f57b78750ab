//! Accounts over REST.

use axum::{extract::Path, http::StatusCode, response::Response};
use daiban_core::id::AccountId;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Asked, Json};
use crate::{
    app::{AccountChange, NewAccount},
    say,
};

pub(super) async fn list(asked: Asked) -> Response {
    let accounts = asked.app.accounts(&asked.actor).await;
    asked.ok(accounts.map(|accounts| {
        accounts
            .iter()
            .map(|account| say::account(&asked.app, account, asked.lang))
            .collect()
    }))
}

pub(super) async fn add(asked: Asked, Json(new): Json<NewAccount>) -> Response {
    let added = asked.app.add_account(&asked.actor, new).await;
    asked.answer(
        StatusCode::CREATED,
        added.map(|account| say::account(&asked.app, &account, asked.lang)),
    )
}

pub(super) async fn show(asked: Asked, Path(id): Path<AccountId>) -> Response {
    let account = asked.app.account(&asked.actor, &id).await;
    asked.ok(account.map(|account| say::account(&asked.app, &account, asked.lang)))
}

pub(super) async fn change(
    asked: Asked,
    Path(id): Path<AccountId>,
    Json(change): Json<AccountChange>,
) -> Response {
    let changed = asked.app.update_account(&asked.actor, &id, change).await;
    asked.ok(changed.map(|account| say::account(&asked.app, &account, asked.lang)))
}

pub(super) async fn remove(asked: Asked, Path(id): Path<AccountId>) -> Response {
    asked.gone(asked.app.remove_account(&asked.actor, &id).await)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    #[serde(default)]
    way: Option<String>,
}

pub(super) async fn sign_in(
    asked: Asked,
    Path(id): Path<AccountId>,
    Json(sign_in): Json<SignIn>,
) -> Response {
    let started = asked
        .app
        .sign_in(&asked.actor, &id, sign_in.way.as_deref())
        .await;
    let said = started.map(|started| -> Value {
        json!({ "account": say::account(&asked.app, &started.account, asked.lang), "errand": started.errand })
    });
    asked.answer(StatusCode::ACCEPTED, said)
}
