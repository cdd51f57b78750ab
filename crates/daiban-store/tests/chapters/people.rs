//! Users, accounts, problems, notices, channels.

use daiban_core::{
    account::Secrets,
    household::{ApiToken, AuditRow, Notice, OutboxRow, OutboxState, Scope},
    lifecycle::Verb,
    notice::{ProblemChange, Severity},
    notify::Channel,
    secret::Secret,
    store::StoreError,
};

use super::*;

fn refused(result: Result<(), StoreError>) -> String {
    match result {
        Err(StoreError::Invalid(invalid)) => invalid.field,
        other => panic!("not refused: {other:?}"),
    }
}

fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Secret::from(*value)))
        .collect()
}

pub async fn users_and_tokens(store: &impl Both) {
    let (user, hash) = store.user_by_name("user u").await.unwrap().unwrap();
    assert_eq!((user.id.as_str(), hash.as_str()), ("u", "hash"));
    assert_eq!(store.user_by_name("nobody").await.unwrap(), None);
    assert_eq!(
        refused(
            store
                .add_user(
                    User {
                        id: "v".into(),
                        ..user.clone()
                    },
                    String::new()
                )
                .await
        ),
        "name"
    );
    add_user(store, "w").await;
    assert_eq!(
        refused(store.rename_user(&"w".into(), "user u").await),
        "name"
    );
    store.rename_user(&"w".into(), "other").await.unwrap();
    assert_eq!(store.users().await.unwrap().len(), 2);
    store.set_failures(&user.id, 3, Some(at(9))).await.unwrap();
    let user = store.user(&user.id).await.unwrap();
    assert_eq!((user.failures, user.locked_until), (3, Some(at(9))));

    store.add_once("word", "set-up", at(100)).await.unwrap();
    assert_eq!(
        store.use_once("word", at(5)).await.unwrap(),
        Some("set-up".to_owned())
    );
    assert_eq!(store.use_once("word", at(6)).await.unwrap(), None);
    store.add_once("old", "set-up", at(100)).await.unwrap();
    assert_eq!(store.use_once("old", at(100)).await.unwrap(), None);

    let token = ApiToken {
        id: "token".to_owned(),
        user: user.id.clone(),
        name: "script".to_owned(),
        scope: Scope::Write,
        created_at: at(0),
        used_at: None,
    };
    store.add_token(token.clone(), "th").await.unwrap();
    assert_eq!(
        store.token("th", at(7)).await.unwrap().unwrap().used_at,
        Some(at(7))
    );
    assert_eq!(store.token("other", at(7)).await.unwrap(), None);
    assert_eq!(
        store.tokens(Some(&user.id)).await.unwrap()[0].scope,
        Scope::Write
    );
    store.remove_token("token").await.unwrap();
    assert_eq!(store.token("th", at(8)).await.unwrap(), None);
    assert!(matches!(
        store.remove_token("token").await,
        Err(StoreError::NotFound { .. })
    ));
}

pub async fn accounts_and_secrets(store: &impl Both) {
    let a = "a".into();
    let twin = Account {
        id: "twin".into(),
        ..account("a")
    };
    assert_eq!(
        refused(store.add_account(twin.clone(), Secrets::new()).await),
        "name"
    );
    let elsewhere = Account {
        service: Service::Permit,
        ..twin
    };
    store
        .add_account(elsewhere, secrets(&[("token", "t-1")]))
        .await
        .unwrap();
    assert_eq!(
        refused(
            store
                .update_account(&a, "account b", &Default::default())
                .await
        ),
        "name"
    );
    store
        .update_account(&a, "home", &[("vin".to_owned(), "1".to_owned())].into())
        .await
        .unwrap();
    let home = store.account(&a).await.unwrap();
    assert_eq!(
        (home.name.as_str(), home.settings["vin"].as_str()),
        ("home", "1")
    );
    assert_eq!(store.accounts(Some(&"u".into())).await.unwrap().len(), 3);

    store
        .keep_secrets(&"twin".into(), secrets(&[("refresh", "r-1")]))
        .await
        .unwrap();
    store
        .keep_secrets(&"twin".into(), secrets(&[("token", "t-2")]))
        .await
        .unwrap();
    let kept = store.secrets(&"twin".into()).await.unwrap();
    assert_eq!(kept, secrets(&[("token", "t-2"), ("refresh", "r-1")]));
    let nobody = store.keep_secrets(&"nobody".into(), Secrets::new()).await;
    assert!(matches!(
        nobody,
        Err(StoreError::NotFound {
            what: "account",
            ..
        })
    ));

    assert_eq!(store.sealed("jar/a").await.unwrap(), None);
    store.seal("jar/a", b"cookies").await.unwrap();
    store.seal("jar/a", b"new cookies").await.unwrap();
    assert_eq!(
        store.sealed("jar/a").await.unwrap(),
        Some(b"new cookies".to_vec())
    );

    store
        .set_account_state(&a, AccountState::SignInLost, Some(text("expired")), at(5))
        .await
        .unwrap();
    store
        .set_account_state(&a, AccountState::New, None, at(6))
        .await
        .unwrap();
    assert_eq!(
        store.account(&a).await.unwrap().state,
        AccountState::SignInLost,
        "there is no way back to new"
    );
    store
        .set_account_state(&a, AccountState::Ready, None, at(7))
        .await
        .unwrap();
    assert_eq!(store.account(&a).await.unwrap().signed_in_at, Some(at(7)));
}

pub async fn signing_in_lets_everything_go_on(store: &impl Both) {
    for (id, account) in [("one", "a"), ("two", "a"), ("other", "b")] {
        add_errand_of(store, account, id, 9_000, false).await;
    }
    add_errand(store, "over", 9_000).await;
    store
        .tell(&"over".into(), Verb::Cancel, at(0))
        .await
        .unwrap()
        .unwrap();
    store
        .intend("held".into(), look("a", "t"), at(0))
        .await
        .unwrap();
    store
        .put_off(&"held".into(), at(8_000), None)
        .await
        .unwrap();
    store
        .intend("later".into(), look("a", "t").not_before(at(7_000)), at(0))
        .await
        .unwrap();
    let lost = ProblemChange::Raise {
        key: "sign_in".to_owned(),
        severity: Severity::Attention,
        text: text("expired"),
        fix: text("sign in again"),
    };
    store
        .change_problem("account/a", Some(&"u".into()), at(1), lost)
        .await
        .unwrap();
    store
        .set_account_state(
            &"a".into(),
            AccountState::SignInLost,
            Some(text("expired")),
            at(1),
        )
        .await
        .unwrap();

    store.signed_in(&"a".into(), at(50)).await.unwrap();
    store.signed_in(&"a".into(), at(50)).await.unwrap();
    let account = store.account(&"a".into()).await.unwrap();
    assert_eq!(
        (account.state, account.problem, account.signed_in_at),
        (AccountState::Ready, None, Some(at(50)))
    );
    assert_eq!(store.problems(None).await.unwrap(), []);
    let told = claim(store, 50).await;
    let told: Vec<_> = told
        .iter()
        .map(|claimed| (claimed.id.as_str(), claimed.incoming.len()))
        .collect();
    assert_eq!(told, [("one", 1), ("two", 1)]);
    assert_eq!(ready(store, 50).await, ["held"]);
    assert_eq!(store.call(&"later".into()).await.unwrap().due, at(7_000));
}

pub async fn removing_an_account_ends_its_errands(store: &impl Both) {
    let a = "a".into();
    add_errand(store, "e", 0).await;
    let mut calling = pass(&claim_one(store, 0).await);
    calling.calls = vec![
        ("queued".into(), act("a", "t")),
        ("unsure".into(), act("a", "t")),
    ];
    committed(store, 1, calling).await;
    assert!(store.mark_sent(&"unsure".into(), at(2)).await.unwrap());
    store
        .mark_unsure(&"unsure".into(), at(90), None)
        .await
        .unwrap();
    store
        .keep_secrets(&a, secrets(&[("token", "t")]))
        .await
        .unwrap();
    store.seal("jar/a", b"cookies").await.unwrap();
    store.remove_account(&a, at(3)).await.unwrap();

    assert_eq!(
        store.errand(&"e".into()).await.unwrap().phase,
        Phase::Cancelled
    );
    assert!(
        store.errand_events(&"e".into(), 9).await.unwrap().len() >= 3,
        "history stays"
    );
    assert_eq!(store.sealed("jar/a").await.unwrap(), None);
    assert_eq!(ready(store, 999).await, [""; 0]);
    assert!(matches!(
        store.call(&"unsure".into()).await.unwrap().outcome,
        Some(Outcome::Unknown(_))
    ));
    for gone in [
        store.secrets(&a).await.map(drop),
        store.account(&a).await.map(drop),
        store.remove_account(&a, at(4)).await,
    ] {
        assert!(matches!(
            gone,
            Err(StoreError::NotFound {
                what: "account",
                ..
            })
        ));
    }
    assert_eq!(store.accounts(None).await.unwrap().len(), 1);
    let again = Account {
        id: "a2".into(),
        ..account("a")
    };
    store.add_account(again, Secrets::new()).await.unwrap();
}

pub async fn problems_keep_their_age(store: &impl Both) {
    let raise = |words: &str| ProblemChange::Raise {
        key: "closed".to_owned(),
        severity: Severity::Urgent,
        text: text(words),
        fix: text("wait"),
    };
    add_user(store, "other").await;
    store
        .change_problem("service/rail", None, at(1), raise("first"))
        .await
        .unwrap();
    store
        .change_problem("service/rail", None, at(9), raise("second"))
        .await
        .unwrap();
    store
        .change_problem("account/a", Some(&"u".into()), at(2), raise("mine"))
        .await
        .unwrap();
    let seen = store.problems(Some(&"other".into())).await.unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (seen[0].key.as_str(), seen[0].since, &seen[0].text),
        ("service/rail/closed", at(1), &text("second"))
    );
    assert_eq!(store.problems(Some(&"u".into())).await.unwrap().len(), 2);
    let clear = ProblemChange::Clear {
        key: "closed".to_owned(),
    };
    store
        .change_problem("service/rail", None, at(10), clear)
        .await
        .unwrap();
    assert_eq!(store.problems(None).await.unwrap().len(), 1);
}

fn notice(id: &str) -> Notice {
    Notice {
        page: None,
        id: id.into(),
        user: "u".into(),
        errand: None,
        ask: None,
        at: at(0),
        severity: Severity::Info,
        title: text("a title"),
        body: text("a body"),
    }
}

fn outbox(id: &str, state: OutboxState, next_at: Option<i64>) -> OutboxRow {
    OutboxRow {
        id: id.to_owned(),
        channel: "c".into(),
        notice: "n".into(),
        state,
        attempts: 0,
        answer: None,
        next_at: next_at.map(at),
    }
}

pub async fn notices_are_told_once_and_spread_once(store: &impl Both) {
    assert!(store.add_notice(notice("n"), "key").await.unwrap());
    assert!(!store.add_notice(notice("m"), "key").await.unwrap());
    assert_eq!(store.unspread(10).await.unwrap(), [notice("n")]);
    assert_eq!(store.notice(&"n".into()).await.unwrap(), notice("n"));
    let rows = vec![
        outbox("now", OutboxState::Queued, Some(5)),
        outbox("night", OutboxState::Held, Some(900)),
    ];
    store.spread(&"n".into(), rows).await.unwrap();
    store
        .spread(
            &"n".into(),
            vec![outbox("twice", OutboxState::Queued, None)],
        )
        .await
        .unwrap();
    assert_eq!(store.unspread(10).await.unwrap(), []);
    assert_eq!(store.due_outbox(at(4), 10).await.unwrap(), []);
    let due = store.due_outbox(at(5), 10).await.unwrap();
    assert_eq!(due, [outbox("now", OutboxState::Queued, Some(5))]);
    let sent = OutboxRow {
        state: OutboxState::Sent,
        attempts: 1,
        answer: Some("ok".to_owned()),
        next_at: None,
        ..due[0].clone()
    };
    store.update_outbox(&sent).await.unwrap();
    assert_eq!(store.due_outbox(at(5), 10).await.unwrap(), []);
    assert_eq!(
        store.outbox(10).await.unwrap(),
        [outbox("night", OutboxState::Held, Some(900)), sent]
    );
    assert_eq!(store.due_outbox(at(900), 10).await.unwrap().len(), 1);
    assert!(matches!(
        store.spread(&"none".into(), vec![]).await,
        Err(StoreError::NotFound { .. })
    ));
}

pub async fn channels_and_what_waited_for_them(store: &impl Both) {
    let channel = Channel {
        id: "c".into(),
        user: "u".into(),
        kind: "ntfy".to_owned(),
        name: "phone".to_owned(),
        settings: [("topic".to_owned(), "t".to_owned())].into(),
    };
    store
        .add_channel(channel.clone(), secrets(&[("token", "k")]))
        .await
        .unwrap();
    assert_eq!(
        store.channel(&"c".into()).await.unwrap(),
        (channel.clone(), secrets(&[("token", "k")]))
    );
    assert_eq!(
        store.channels(Some(&"u".into())).await.unwrap(),
        std::slice::from_ref(&channel)
    );
    let changed = Channel {
        name: "tablet".to_owned(),
        settings: [("topic".to_owned(), "t2".to_owned())].into(),
        ..channel
    };
    store
        .change_channel(changed.clone(), secrets(&[("token", "k2")]))
        .await
        .unwrap();
    assert_eq!(
        store.channel(&"c".into()).await.unwrap(),
        (changed.clone(), secrets(&[("token", "k2")]))
    );
    let gone = Channel {
        id: "d".into(),
        ..changed
    };
    assert!(matches!(
        store.change_channel(gone, secrets(&[])).await,
        Err(StoreError::NotFound { .. })
    ));
    assert!(store.add_notice(notice("n"), "key").await.unwrap());
    store
        .spread(&"n".into(), vec![outbox("o", OutboxState::Queued, None)])
        .await
        .unwrap();
    store.remove_channel(&"c".into()).await.unwrap();
    let row = store.outbox(1).await.unwrap().remove(0);
    assert_eq!(row.state, OutboxState::Failed);
    assert!(row.answer.is_some());
    assert!(matches!(
        store.channel(&"c".into()).await,
        Err(StoreError::NotFound { .. })
    ));
}

pub async fn counts_begin_at_nothing(store: &impl Both) {
    let counts = store.counts().await.unwrap();
    assert!(counts.iter().all(|(_, count)| *count == 0));
    add_errand(store, "e", 0).await;
    let counts = store.counts().await.unwrap();
    assert!(counts.contains(&("errands_waiting".to_owned(), 1)));
}

pub async fn who_did_what_is_kept_in_order(store: &impl Both) {
    let line = |at_ms: i64, user: Option<&str>, what: &str, about: Option<&str>| AuditRow {
        seq: 0,
        at: at(at_ms),
        user: user.map(Into::into),
        what: what.to_owned(),
        about: about.map(str::to_owned),
        via: Some("command_line".to_owned()),
        origin: user.map(|_| "192.0.2.7".to_owned()),
        refused: user.is_none(),
    };
    let lines = [
        line(1, Some("u"), "signed_in", None),
        line(2, Some("w"), "password_set", Some("user/u")),
        line(3, Some("w"), "token_made", Some("token/t")),
        line(3, None, "sign_in", None),
    ];
    for line in &lines {
        store.add_audit(line.clone()).await.unwrap();
    }
    let all = store.audit(None, None, 9).await.unwrap();
    let told: Vec<AuditRow> = all
        .iter()
        .map(|row| AuditRow {
            seq: 0,
            ..row.clone()
        })
        .collect();
    assert_eq!(told, lines.iter().rev().cloned().collect::<Vec<_>>());
    let whats = async |user: Option<&str>, before, limit| {
        let user = user.map(Into::into);
        let rows = store.audit(user.as_ref(), before, limit).await.unwrap();
        rows.into_iter().map(|row| row.what).collect::<Vec<_>>()
    };
    assert_eq!(
        whats(Some("u"), None, 9).await,
        ["password_set", "signed_in"]
    );
    assert_eq!(whats(Some("w"), None, 1).await, ["token_made"]);
    assert_eq!(whats(None, Some(all[1].seq), 1).await, ["password_set"]);
}
