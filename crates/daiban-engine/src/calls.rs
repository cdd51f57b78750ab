//! Carries calls out. An act's intent was committed by the pass that made it; here it is marked as sent before its first
//! byte leaves, and from then on only the service itself can say what became of it.

use daiban_core::{
    Text, Timestamp,
    account::Account,
    call::{Call, CallState, Charged, Nature, Outcome},
    dates,
    errand::Phase,
    error::ServiceError,
    household::Notice,
    id::{CallId, NoticeId},
    notice::Severity,
    provider::{Book, Gate, Provider, Reconciled},
    store::{EventKind, NewEvent, Settled, StoreError},
};
use serde_json::json;

use crate::{
    desk::{Desk, Hand, Visited, after},
    standing,
};

/// After a question about an unsure act's outcome failed, it is asked again once half as much time has passed as since the
/// act was sent, within these bounds, in seconds: soon while it matters most, rarely later.
const ASK_AGAIN_S: (i64, i64) = (10, 1800);

/// Carries out one ready call with its account's hand. Comes back when it is settled, put off, or its outcome is asked for later.
///
/// # Errors
/// Only the store's: then the row stands as it was last written and [`daiban_core::store::Store::recover`] picks it up.
pub(crate) async fn carry_out(desk: &Desk, call: &CallId, hand: Hand) -> Result<(), StoreError> {
    // Read again now that the hand is ours: another task may have ended it since it was found ready.
    let call = desk.store.call(call).await?;
    let account = desk.account(call.call.account.as_ref()).await?;
    match (call.call.nature, call.state) {
        (_, CallState::Sent | CallState::Settled | CallState::Withdrawn) => {}
        (Nature::Look, _) => look(desk, &call, account.as_ref()).await?,
        (Nature::Act, CallState::Unsure) => reconcile(desk, &call, account.as_ref()).await?,
        (Nature::Act, CallState::Queued) => act(desk, &call, account.as_ref()).await?,
    }
    hand.give_back().await;
    Ok(())
}

async fn look(desk: &Desk, call: &Call, account: Option<&Account>) -> Result<(), StoreError> {
    if !desk.store.mark_sent(&call.id, desk.clock.now()).await? {
        return Ok(());
    }
    let visited = desk
        .visit_look(call.call.service, account, &call.call.body)
        .await;
    if let Some(held) = visited.held {
        return put_off(desk, call, held).await;
    }
    settle(
        desk,
        call,
        account,
        visited.result.map_or_else(Outcome::Failed, Outcome::Done),
    )
    .await
}

async fn act(desk: &Desk, call: &Call, account: Option<&Account>) -> Result<(), StoreError> {
    let Some(provider) = desk.provider(call.call.service) else {
        return look(desk, call, account).await;
    };
    match gate(desk, provider, call, account).await? {
        Gate::Send => {}
        Gate::Answer(value) => {
            return settle_unsent(desk, call, account, Outcome::Done(value)).await;
        }
        Gate::Refuse(error) => {
            return settle_unsent(desk, call, account, Outcome::Failed(error)).await;
        }
    }
    if !desk.store.mark_sent(&call.id, desk.clock.now()).await? {
        return Ok(());
    }
    let visited = desk
        .visit_act(call.call.service, account, &call.call.body)
        .await;
    if let Some(held) = visited.held {
        return put_off(desk, call, held).await;
    }
    match visited.result {
        Ok(value) => settle(desk, call, account, Outcome::Done(value)).await,
        Err(ServiceError::Unsure { text }) => unsure(desk, call, &text).await,
        Err(error) => settle(desk, call, account, Outcome::Failed(error)).await,
    }
}

async fn gate(
    desk: &Desk,
    provider: &dyn Provider,
    call: &Call,
    account: Option<&Account>,
) -> Result<Gate, StoreError> {
    let Some(account) = account else {
        return Ok(Gate::Send);
    };
    let now = desk.clock.now();
    let last = match provider.book_key(&call.call.body) {
        Some(key) => desk.store.last(&account.id, &key).await?,
        None => None,
    };
    let month = dates::midnight(dates::today(now).first_of_month());
    // An act of the last night of a month may still be open on the first morning of the next.
    let mut ledger = desk
        .store
        .ledger(&account.id, after(month, -86_400))
        .await?;
    let counts = |past: &Call| past.intended_at >= month || past.outcome.is_none();
    ledger.retain(|past| past.id != call.id && counts(past));
    let settings = desk.settings_for(call.call.service, Some(account));
    let book = Book {
        now,
        settings: &settings,
        last: last.as_ref(),
        ledger: &ledger,
    };
    Ok(provider.gate(&book, &call.call.body))
}

async fn unsure(desk: &Desk, call: &Call, text: &Text) -> Result<(), StoreError> {
    let event = NewEvent {
        text: Text::new(
            format!("还没有结果：{}。不会重发，先去问服务", text.zh),
            format!(
                "no outcome yet: {}. It is not sent again; the service is asked first",
                text.en
            ),
        ),
        ..event(
            desk,
            call,
            EventKind::Called,
            json!({ "tag": call.call.tag, "unsure": true }),
        )
    };
    desk.store
        .mark_unsure(&call.id, desk.clock.now(), Some(event))
        .await
}

async fn reconcile(desk: &Desk, call: &Call, account: Option<&Account>) -> Result<(), StoreError> {
    let sent_at = call.sent_at.unwrap_or(call.intended_at);
    let Visited { result, held } = desk
        .visit_reconcile(call.call.service, account, &call.call.body, sent_at)
        .await;
    let now = desk.clock.now();
    if let Some((until, _)) = held {
        return desk
            .store
            .mark_unsure(&call.id, until.max(after(now, 1)), None)
            .await;
    }
    match result {
        Ok(Reconciled::Happened(value)) => settle(desk, call, account, Outcome::Done(value)).await,
        Ok(Reconciled::DidNotHappen(text)) => {
            settle(desk, call, account, Outcome::DidNotHappen(text)).await
        }
        Ok(Reconciled::CannotKnow(text)) => {
            settle(desk, call, account, Outcome::Unknown(text)).await
        }
        Ok(Reconciled::AskAgain { at, seen }) => {
            let at = at.max(after(now, 1));
            let event = not_there_yet(desk, call, at, seen);
            desk.store.mark_unsure(&call.id, at, Some(event)).await
        }
        Err(error) => ask_again(desk, call, account, &error).await,
    }
}

/// After a crash this is the first line that tells of the doubt.
fn not_there_yet(desk: &Desk, call: &Call, at: Timestamp, seen: Option<Text>) -> NewEvent {
    let said = dates::spoken(at, desk.clock.now());
    let seen =
        seen.unwrap_or_else(|| Text::new("服务那边还看不到", "the service does not show it yet"));
    NewEvent {
        text: Text::new(
            format!("还没有结果，不会重发：{}，{} 再问", seen.zh, said.zh),
            format!(
                "no outcome yet, and not sent again: {}; asked again at {}",
                seen.en, said.en
            ),
        ),
        ..event(
            desk,
            call,
            EventKind::Called,
            json!({ "tag": call.call.tag, "unsure": true, "until": dates::rfc3339(at) }),
        )
    }
}

async fn ask_again(
    desk: &Desk,
    call: &Call,
    account: Option<&Account>,
    error: &ServiceError,
) -> Result<(), StoreError> {
    if let Some(account) = account {
        standing::mark(desk, account, call.call.nature, Err(error)).await?;
    }
    let sent_at = call.sent_at.unwrap_or(call.intended_at);
    let since_s = desk.clock.now().as_second() - sent_at.as_second();
    let wait_s = (since_s / 2).clamp(ASK_AGAIN_S.0, ASK_AGAIN_S.1);
    let event = NewEvent {
        text: Text::new(
            format!("还不知道结果：{}。{} 秒后再问", error.text().zh, wait_s),
            format!(
                "still unsure: {}. Asked again in {wait_s} s",
                error.text().en
            ),
        ),
        ..event(
            desk,
            call,
            EventKind::Called,
            json!({ "tag": call.call.tag, "unsure": true, "error": error.code() }),
        )
    };
    desk.store
        .mark_unsure(&call.id, after(desk.clock.now(), wait_s), Some(event))
        .await
}

async fn put_off(
    desk: &Desk,
    call: &Call,
    (until, why): (Timestamp, Text),
) -> Result<(), StoreError> {
    let said = dates::spoken(until, desk.clock.now());
    let event = NewEvent {
        text: Text::new(
            format!("{}，{} 再看", why.zh, said.zh),
            format!("{}; looks again at {}", why.en, said.en),
        ),
        ..event(
            desk,
            call,
            EventKind::Held,
            json!({ "tag": call.call.tag, "until": dates::rfc3339(until) }),
        )
    };
    let until = until.max(after(desk.clock.now(), 1));
    desk.store.put_off(&call.id, until, Some(event)).await
}

async fn settle(
    desk: &Desk,
    call: &Call,
    account: Option<&Account>,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let provider = desk.provider(call.call.service);
    let charged = provider.and_then(|provider| provider.charged(&call.call.body, &outcome));
    let tells = call.call.nature == Nature::Act || matches!(outcome, Outcome::Done(_));
    let book_key = provider
        .filter(|_| tells)
        .and_then(|provider| provider.book_key(&call.call.body));
    write(desk, call, account, outcome, charged, book_key).await
}

/// Nothing was sent, so nothing was billed and nothing new was learnt.
async fn settle_unsent(
    desk: &Desk,
    call: &Call,
    account: Option<&Account>,
    outcome: Outcome,
) -> Result<(), StoreError> {
    let provider = desk.provider(call.call.service);
    let charged = provider.and_then(|provider| provider.charged(&call.call.body, &outcome));
    write(
        desk,
        call,
        account,
        outcome,
        charged.map(|_| Charged::No),
        None,
    )
    .await
}

async fn write(
    desk: &Desk,
    call: &Call,
    account: Option<&Account>,
    outcome: Outcome,
    charged: Option<Charged>,
    book_key: Option<String>,
) -> Result<(), StoreError> {
    if let Some(account) = account {
        let shown = match &outcome {
            Outcome::Done(value) => Ok(value),
            Outcome::Failed(error) => Err(error),
            Outcome::DidNotHappen(_) | Outcome::Unknown(_) => {
                return store_outcome(desk, call, outcome, charged, book_key).await;
            }
        };
        standing::mark(desk, account, call.call.nature, shown).await?;
    }
    store_outcome(desk, call, outcome, charged, book_key).await
}

async fn store_outcome(
    desk: &Desk,
    call: &Call,
    outcome: Outcome,
    charged: Option<Charged>,
    book_key: Option<String>,
) -> Result<(), StoreError> {
    tell_of_a_late_act(desk, call, &outcome).await?;
    let data = json!({ "tag": call.call.tag, "nature": call.call.nature, "ended": word(&outcome), "charged": charged });
    let settled = Settled {
        event: NewEvent {
            text: said(call, &outcome),
            ..event(desk, call, EventKind::Called, data)
        },
        outcome,
        charged,
        book_key,
        account: None,
    };
    desk.store.settle(&call.id, desk.clock.now(), settled).await
}

/// An errand that was cancelled while an act of it had no outcome reads nothing any more. Its owner hears of what came of
/// it all the same.
async fn tell_of_a_late_act(desk: &Desk, call: &Call, outcome: &Outcome) -> Result<(), StoreError> {
    let matters = matches!(outcome, Outcome::Done(_) | Outcome::Unknown(_));
    let (Nature::Act, Some(errand), true) = (call.call.nature, &call.errand, matters) else {
        return Ok(());
    };
    let errand = desk.household.errand(errand).await?;
    if errand.phase != Phase::Cancelled {
        return Ok(());
    }
    let now = desk.clock.now();
    let (service, kind) = (call.call.service.name(), &errand.kind);
    let notice = Notice {
        page: None,
        id: NoticeId::new(now, (desk.chance)()),
        user: errand.user,
        errand: Some(errand.id),
        ask: None,
        at: now,
        severity: Severity::Urgent,
        title: Text::new(
            "已取消的代办还是办成了一步",
            "a cancelled errand did something after all",
        ),
        body: Text::new(
            format!(
                "取消「{kind}」时，发给{}的一步还没有结果；{}。不想要的话请到{}里撤回",
                service.zh,
                said(call, outcome).zh,
                service.zh
            ),
            format!(
                "when {kind} was cancelled, a step sent to {} had no outcome yet; {}. Undo it there if it is not wanted",
                service.en,
                said(call, outcome).en
            ),
        ),
    };
    let key = format!("late/{}", call.id);
    desk.household.add_notice(notice, &key).await.map(drop)
}

fn event(desk: &Desk, call: &Call, kind: EventKind, data: serde_json::Value) -> NewEvent {
    NewEvent {
        errand: call.errand.clone(),
        account: call.call.account.clone(),
        at: desk.clock.now(),
        kind,
        text: Text::default(),
        data,
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => "done",
        Outcome::Failed(error) => error.code(),
        Outcome::DidNotHappen(_) => "did_not_happen",
        Outcome::Unknown(_) => "unknown",
    }
}

fn said(call: &Call, outcome: &Outcome) -> Text {
    let what = match call.call.nature {
        Nature::Look => Text::new("查看", "look"),
        Nature::Act => Text::new("办理", "act"),
    };
    let (service, tag) = (call.call.service.name(), &call.call.tag);
    let how = match outcome {
        Outcome::Done(_) => Text::new("有了回答", "answered"),
        Outcome::Failed(error) => error.text().clone(),
        Outcome::DidNotHappen(text) | Outcome::Unknown(text) => text.clone(),
    };
    Text::new(
        format!("{}{}（{tag}）：{}", service.zh, what.zh, how.zh),
        format!("{} {} ({tag}): {}", service.en, what.en, how.en),
    )
}
