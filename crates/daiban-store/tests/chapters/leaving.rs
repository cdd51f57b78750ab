//! Roles, and somebody who leaves.

use daiban_core::{
    household::{ApiToken, NO_PASSWORD, Notice, Scope, Session},
    id::UserId,
    notice::{ProblemChange, Severity},
    notify::Channel,
    secret::Secret,
    store::StoreError,
};

use super::*;

fn field<T: std::fmt::Debug>(result: Result<T, StoreError>) -> (String, String) {
    match result {
        Err(StoreError::Invalid(invalid)) => (invalid.field, invalid.text.en),
        other => panic!("not refused: {other:?}"),
    }
}

async fn add(store: &impl Both, id: &str, role: Role, hash: &str) {
    let user = User {
        id: id.into(),
        name: format!("user {id}"),
        role,
        created_at: at(0),
        failures: 0,
        locked_until: None,
    };
    store.add_user(user, hash.to_owned()).await.unwrap();
}

pub async fn an_admin_who_can_sign_in_stays(store: &impl Both) {
    let role = async |id: &str, role| store.set_role(&id.into(), role).await;
    role("u", Role::Viewer).await.unwrap();
    assert_eq!(
        store.user(&"u".into()).await.unwrap().role,
        Role::Viewer,
        "no admin before, none needed"
    );
    add(store, "one", Role::Admin, "hash").await;
    add(store, "machine", Role::Admin, NO_PASSWORD).await;
    assert_eq!(field(role("one", Role::Member).await).0, "role");
    let removed = store.remove_user(&"one".into(), None, at(1)).await;
    assert_eq!(field(removed).0, "role");
    role("one", Role::Admin).await.unwrap();
    role("machine", Role::Member).await.unwrap();

    add(store, "two", Role::Admin, "hash").await;
    store.remove_user(&"two".into(), None, at(1)).await.unwrap();
    assert_eq!(
        field(role("one", Role::Member).await).0,
        "role",
        "a removed admin is none"
    );
    role("u", Role::Admin).await.unwrap();
    role("one", Role::Member).await.unwrap();
    assert!(matches!(
        role("nobody", Role::Member).await,
        Err(StoreError::NotFound { what: "user", .. })
    ));
}

pub async fn every_way_in_ends_with_a_user(store: &impl Both) {
    add(store, "w", Role::Member, "hash").await;
    let w: UserId = "w".into();
    let session = Session {
        id: "s".to_owned(),
        user: w.clone(),
        csrf: String::new(),
        until: at(100),
        created_at: at(0),
        seen_at: at(0),
        agent: String::new(),
        from: String::new(),
        fresh_at: None,
    };
    store.add_session("cookie", session.clone()).await.unwrap();
    let token = ApiToken {
        id: "t".to_owned(),
        user: w.clone(),
        name: "script".to_owned(),
        scope: Scope::Admin,
        created_at: at(0),
        used_at: None,
    };
    store.add_token(token.clone(), "token").await.unwrap();
    assert!(store.know_device(&w, "device", at(0)).await.unwrap());
    store
        .begin_two_step(&w, &Secret::from("ABCD"))
        .await
        .unwrap();
    let codes = ["code".to_owned()];
    store.confirm_two_step(&w, 1, at(0), &codes).await.unwrap();
    let channel = Channel {
        id: "c".into(),
        user: w.clone(),
        kind: "webhook".to_owned(),
        name: "phone".to_owned(),
        settings: Default::default(),
    };
    store
        .add_channel(channel, Default::default())
        .await
        .unwrap();

    store.remove_user(&w, None, at(5)).await.unwrap();
    assert_eq!(store.session("cookie", at(6)).await.unwrap(), None);
    assert_eq!(store.token("token", at(6)).await.unwrap(), None);
    assert_eq!(store.two_step(&w).await.unwrap(), None);
    assert!(!store.use_recovery_code(&w, "code", at(6)).await.unwrap());
    assert_eq!(store.channels(Some(&w)).await.unwrap(), []);
    assert_eq!(store.user_by_name("user w").await.unwrap(), None);
    assert_eq!(store.user_by_name("removed w").await.unwrap(), None);
    let ids: Vec<UserId> = store
        .users()
        .await
        .unwrap()
        .into_iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(ids, ["u".into()]);
    for gone in [
        store.user(&w).await.map(drop),
        store.add_session("again", session).await,
        store.add_token(token, "again").await,
        store.know_device(&w, "device", at(6)).await.map(drop),
        store.set_password(&w, "hash".to_owned()).await,
        store.rename_user(&w, "back").await,
        store.set_role(&w, Role::Admin).await,
        store.remove_user(&w, None, at(7)).await.map(drop),
    ] {
        assert!(matches!(
            gone,
            Err(StoreError::NotFound { what: "user", .. })
        ));
    }
    let again = User {
        id: "w2".into(),
        name: "user w".to_owned(),
        ..store.user(&"u".into()).await.unwrap()
    };
    store.add_user(again, "hash".to_owned()).await.unwrap();
}

fn notice(id: &str, errand: Option<&str>) -> Notice {
    Notice {
        page: None,
        id: id.into(),
        user: "u".into(),
        errand: errand.map(Into::into),
        ask: None,
        at: at(0),
        severity: Severity::Info,
        title: text("a title"),
        body: text("a body"),
    }
}

pub async fn accounts_go_over_with_their_errands(store: &impl Both) {
    let (u, heir): (UserId, UserId) = ("u".into(), "heir".into());
    add(store, "heir", Role::Admin, "hash").await;
    add_errand(store, "e", 0).await;
    let mut asking = pass(&claim_one(store, 0).await);
    asking.asks = vec![("ask".into(), ask("tag", AskKind::Approve, None))];
    committed(store, 1, asking).await;
    for (scope, user) in [
        ("account/a", Some(&u)),
        ("errand/e", Some(&u)),
        ("service/rail", None),
    ] {
        let raise = ProblemChange::Raise {
            key: "p".to_owned(),
            severity: Severity::Attention,
            text: text("p"),
            fix: text("f"),
        };
        store
            .change_problem(scope, user, at(1), raise)
            .await
            .unwrap();
    }
    assert!(
        store
            .add_notice(notice("n1", Some("e")), "k1")
            .await
            .unwrap()
    );
    assert!(store.add_notice(notice("n2", None), "k2").await.unwrap());

    let (at_field, said) = field(store.remove_user(&u, None, at(2)).await);
    assert_eq!(at_field, "accounts");
    assert!(said.contains('2'), "{said}");
    let twin = Account {
        id: "twin".into(),
        user: heir.clone(),
        ..account("b")
    };
    store.add_account(twin, Default::default()).await.unwrap();
    let (at_field, said) = field(store.remove_user(&u, Some(&heir), at(2)).await);
    assert_eq!(at_field, "accounts");
    assert!(said.contains("account b"), "{said}");
    assert_eq!(
        store.accounts(Some(&u)).await.unwrap().len(),
        2,
        "nothing was moved"
    );
    assert_eq!(
        field(store.remove_user(&u, Some(&u), at(2)).await).0,
        "accounts"
    );

    store.remove_account(&"twin".into(), at(2)).await.unwrap();
    let moved = store.remove_user(&u, Some(&heir), at(3)).await.unwrap();
    assert_eq!(moved, ["a".into(), "b".into()]);
    let errand = store.errand(&"e".into()).await.unwrap();
    assert_eq!((&errand.user, errand.phase.is_over()), (&heir, false));
    assert_eq!(store.account(&"a".into()).await.unwrap().user, heir);
    assert_eq!(
        store.account(&"a".into()).await.unwrap().settings["mobile"],
        "13800000001"
    );
    assert_eq!(store.ask(&"ask".into()).await.unwrap().user, heir);
    assert_eq!(store.problems(Some(&heir)).await.unwrap().len(), 3);
    assert_eq!(store.problems(None).await.unwrap().len(), 3);
    let told = async |user: &UserId| {
        let told = store.notices(Some(user), 9).await.unwrap();
        told.into_iter().map(|notice| notice.id).collect::<Vec<_>>()
    };
    assert!(told(&heir).await.contains(&"n1".into()));
    assert_eq!(told(&u).await, ["n2".into()], "about no errand");
    assert!(
        !store
            .errand_events(&"e".into(), 9)
            .await
            .unwrap()
            .is_empty(),
        "history stays"
    );
}

pub async fn recovery_codes_are_renewed(store: &impl Both) {
    let u: UserId = "u".into();
    let codes = |names: &[&str]| {
        names
            .iter()
            .map(|&name| name.to_owned())
            .collect::<Vec<_>>()
    };
    let none = store.renew_recovery_codes(&u, &codes(&["x"])).await;
    assert!(matches!(none, Err(StoreError::NotFound { .. })));
    store
        .begin_two_step(&u, &Secret::from("ABCD"))
        .await
        .unwrap();
    let pending = store.renew_recovery_codes(&u, &codes(&["x"])).await;
    assert!(matches!(pending, Err(StoreError::NotFound { .. })));
    store
        .confirm_two_step(&u, 7, at(0), &codes(&["a", "b"]))
        .await
        .unwrap();
    assert!(store.use_recovery_code(&u, "a", at(1)).await.unwrap());
    store
        .renew_recovery_codes(&u, &codes(&["a", "c", "d"]))
        .await
        .unwrap();
    let two_step = store.two_step(&u).await.unwrap().unwrap();
    assert_eq!((two_step.codes_left, two_step.last_step), (3, 7));
    assert!(!store.use_recovery_code(&u, "b", at(2)).await.unwrap());
    assert!(store.use_recovery_code(&u, "d", at(2)).await.unwrap());
}
