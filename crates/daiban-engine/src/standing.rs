//! Where an account stands after what a call has shown. Told once when a sign-in is lost, once when it is back.

use daiban_core::{
    Text,
    account::{Account, AccountState},
    call::Nature,
    error::ServiceError,
    household::Notice,
    id::NoticeId,
    notice::{ProblemChange, Severity},
    store::StoreError,
};
use serde_json::Value;

use crate::desk::Desk;

/// What a result says about the account: `None`, nothing new. That an account which counts as signed in is so is news only
/// where somebody has just signed in.
pub(crate) fn shown(
    account: &Account,
    nature: Nature,
    result: Result<&Value, &ServiceError>,
) -> Option<(AccountState, Option<Text>)> {
    match result {
        Err(ServiceError::SignInLost { text }) if account.state != AccountState::SignInLost => {
            Some((AccountState::SignInLost, Some(text.clone())))
        }
        Err(_) => None,
        Ok(value) if says_signed_in(value) && nature == Nature::Act => {
            Some((AccountState::Ready, None))
        }
        Ok(value) if says_not_signed_in(value) => None,
        Ok(_) if account.state != AccountState::Ready => Some((AccountState::Ready, None)),
        Ok(_) => None,
    }
}

/// A sign-in step that went well answers `"signed_in": true`; one that goes on answers `false`.
fn says_signed_in(value: &Value) -> bool {
    value.get("signed_in") == Some(&Value::Bool(true))
}

fn says_not_signed_in(value: &Value) -> bool {
    value.get("signed_in") == Some(&Value::Bool(false))
}

/// Stores what a call has shown and tells whom it concerns.
pub(crate) async fn mark(
    desk: &Desk,
    account: &Account,
    nature: Nature,
    result: Result<&Value, &ServiceError>,
) -> Result<(), StoreError> {
    match shown(account, nature, result) {
        Some((AccountState::SignInLost, text)) => {
            lost(desk, account, text.unwrap_or_default()).await
        }
        Some(_) => back(desk, account).await,
        None => Ok(()),
    }
}

async fn lost(desk: &Desk, account: &Account, text: Text) -> Result<(), StoreError> {
    let now = desk.clock.now();
    let household = &desk.household;
    household
        .set_account_state(
            &account.id,
            AccountState::SignInLost,
            Some(text.clone()),
            now,
        )
        .await?;
    tracing::warn!(service = %account.service, account = %account.id, "sign-in lost");
    let title = Text::new(
        format!("{}「{}」登录失效", account.service.name().zh, account.name),
        format!(
            "{} {:?}: sign-in lost",
            account.service.name().en,
            account.name
        ),
    );
    let fix = Text::new(
        "到「账号」重新登录；在那之前这个账号的代办都停着",
        "sign in again under Accounts; until then its errands stand still",
    );
    let raise = ProblemChange::Raise {
        key: "sign_in".to_owned(),
        severity: Severity::Urgent,
        text: Text::new(
            format!("{}：{}", title.zh, text.zh),
            format!("{}: {}", title.en, text.en),
        ),
        fix: fix.clone(),
    };
    household
        .change_problem(&scope(account), Some(&account.user), now, raise)
        .await?;
    let notice = Notice {
        page: None,
        id: NoticeId::new(now, (desk.chance)()),
        user: account.user.clone(),
        errand: None,
        ask: None,
        at: now,
        severity: Severity::Urgent,
        title,
        body: fix,
    };
    let key = format!("sign_in_lost/{}/{}", account.id, now.as_millisecond());
    household.add_notice(notice, &key).await.map(drop)
}

async fn back(desk: &Desk, account: &Account) -> Result<(), StoreError> {
    let now = desk.clock.now();
    desk.store.signed_in(&account.id, now).await?;
    if account.state == AccountState::SignInLost {
        tracing::info!(service = %account.service, account = %account.id, "signed in again");
    }
    let clear = ProblemChange::Clear {
        key: "sign_in".to_owned(),
    };
    desk.household
        .change_problem(&scope(account), Some(&account.user), now, clear)
        .await
}

fn scope(account: &Account) -> String {
    format!("account/{}", account.id)
}
