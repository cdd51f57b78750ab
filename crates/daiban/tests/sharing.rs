//! Who sees and does what: role, scope, and whether the account is one's own, shared or somebody else's.
#![allow(clippy::unwrap_used)]

mod web_kit;

use daiban::{
    access::Actor,
    app::{AccountChange, App, AppError, NewErrand},
};
use daiban_core::{
    account::AccountState,
    ask::{Answer, AskKind},
    errand::Phase,
    household::{Household as _, Role, Scope, User},
    id::{AccountId, AskId, ErrandId},
    lifecycle::Verb,
    notice::Severity,
    service::Service,
};
use serde_json::{Map, json};
use web_kit::{House, Seed, new_ask};

/// An account with a watch that asks and has a problem.
struct Thing {
    account: AccountId,
    errand: ErrandId,
    ask: AskId,
}

struct Household {
    house: House,
    me: User,
    own: Thing,
    shared: Thing,
    others: Thing,
}

async fn thing(house: &House, user: &User, name: &str) -> Thing {
    let account = house
        .add_account(&user.id, Service::Vehicle, name, AccountState::Ready)
        .await;
    let ask = new_ask(AskKind::Approve, (name, name), ("b", "b"), None);
    let seed = Seed::new("vehicle.watch", json!({}), Phase::NeedsYou, "w", "w")
        .ask(ask)
        .problem((name, name), ("f", "f"), Severity::Attention);
    let errand = house.add_errand(&user.id, &account, seed).await;
    let asks = house.store.asks(Some(&user.id), None).await.unwrap();
    let ask = asks
        .into_iter()
        .find(|ask| ask.errand == errand)
        .unwrap()
        .id;
    Thing {
        account,
        errand,
        ask,
    }
}

async fn household(role: Role) -> Household {
    let house = House::new().await;
    let other = house.add_user("other", Role::Admin).await;
    let me = house.add_user("me", role).await;
    let own = thing(&house, &me, "own").await;
    let shared = thing(&house, &other, "shared").await;
    let others = thing(&house, &other, "others").await;
    house
        .app
        .share_account(&House::actor(&other), &shared.account, true)
        .await
        .unwrap();
    Household {
        house,
        me,
        own,
        shared,
        others,
    }
}

/// `-` not there, `x` not allowed, `+` allowed: whatever else came of it, nobody was turned away.
fn told<T>(result: Result<T, AppError>) -> char {
    match result {
        Err(AppError::NotFound { .. }) => '-',
        Err(AppError::Forbidden) => 'x',
        _ => '+',
    }
}

/// What became of everything that can be tried, in the order of the columns of [`TABLE`].
async fn tried(app: &App, actor: &Actor, thing: &Thing) -> String {
    let listed = |there: bool| if there { '+' } else { '-' };
    let accounts = app.accounts(actor).await.unwrap();
    let errands = app.errands(actor).await.unwrap();
    let asks = app.asks(actor, None).await.unwrap();
    let problems = app.problems(actor).await.unwrap();
    let (events, _) = app.events(actor, 0, 1000).await.unwrap();
    let about = format!("errand/{}", thing.errand);
    let lists = [
        listed(accounts.iter().any(|it| it.id == thing.account)),
        listed(errands.iter().any(|it| it.id == thing.errand)),
        listed(asks.iter().any(|it| it.id == thing.ask)),
        listed(problems.iter().any(|it| it.key.starts_with(&about))),
        listed(
            events
                .iter()
                .any(|it| it.errand.as_ref() == Some(&thing.errand)),
        ),
    ];
    let one = [
        told(app.account(actor, &thing.account).await),
        told(app.errand(actor, &thing.errand).await),
        told(app.why(actor, &thing.errand).await),
        told(app.ask(actor, &thing.ask).await),
    ];
    let since = app.now();
    let inside = [
        told(app.vehicle_readings(actor, &thing.account, since).await),
        told(app.vehicle_orders(actor, &thing.account, 5).await),
    ];
    let begin = NewErrand {
        kind: "vehicle.watch".to_owned(),
        account: thing.account.clone(),
        wishes: Map::new(),
    };
    let lock = ("lock", &json!({}));
    let used = [
        told(app.ask_picture(actor, &thing.ask).await.map_err(no_picture)),
        told(app.add_errand(actor, begin, true).await),
        told(
            app.vehicle_command(actor, &thing.account, None, lock, "web")
                .await,
        ),
        told(app.tell(actor, &thing.errand, Verb::Pause).await),
        told(app.tell(actor, &thing.errand, Verb::Resume).await),
        told(app.answer(actor, &thing.ask, Answer::Denied).await),
    ];
    let changed = [
        told(app.tell(actor, &thing.errand, Verb::Cancel).await),
        told(app.sign_in(actor, &thing.account, Some("nonsense")).await),
        told(
            app.update_account(actor, &thing.account, AccountChange::default())
                .await,
        ),
        told(app.share_account(actor, &thing.account, false).await),
        told(app.remove_account(actor, &thing.account).await),
    ];
    let groups = [&lists[..], &one, &inside, &used, &changed];
    let groups = groups.map(|group| group.iter().collect::<String>());
    groups.join(" ")
}

/// An ask without a picture says so only to those who may answer it.
fn no_picture(error: AppError) -> AppError {
    match error {
        AppError::NotFound {
            what: "picture", ..
        } => AppError::SignIn,
        other => other,
    }
}

const ALL: &str = "+++++ ++++ ++ ++++++ +++++";
const USES: &str = "+++++ ++++ ++ ++++++ xxxxx";
const LOOKS_IN: &str = "+++++ ++++ ++ xxxxxx xxxxx";
const LOOKS: &str = "+++++ ++++ xx xxxxxx xxxxx";
const NOTHING: &str = "----- ---- -- ------ -----";

/// Columns: lists (accounts, errands, asks, problems, history); single rows (account, errand, why, ask); what is in it
/// (readings, commands); use (picture, begin, command, pause, resume, answer); change (cancel, sign in, settings, share,
/// remove).
const TABLE: &[(Role, Scope, &str, &str, &str)] = &[
    (Role::Admin, Scope::Admin, ALL, ALL, ALL),
    (Role::Admin, Scope::Write, ALL, USES, LOOKS),
    (Role::Admin, Scope::Read, LOOKS_IN, LOOKS_IN, LOOKS),
    (Role::Member, Scope::Admin, ALL, USES, NOTHING),
    (Role::Member, Scope::Write, ALL, USES, NOTHING),
    (Role::Member, Scope::Read, LOOKS_IN, LOOKS_IN, NOTHING),
    (Role::Viewer, Scope::Admin, LOOKS_IN, LOOKS, LOOKS),
    (Role::Viewer, Scope::Write, LOOKS_IN, LOOKS, LOOKS),
    (Role::Viewer, Scope::Read, LOOKS_IN, LOOKS, LOOKS),
];

#[tokio::test]
async fn who_sees_and_does_what() {
    for (role, scope, own, shared, others) in TABLE {
        let home = household(*role).await;
        let actor = Actor {
            scope: *scope,
            ..Actor::whole(&home.me)
        };
        let app = &home.house.app;
        // What is somebody else's is tried first: what one may do to one's own changes the household.
        let came = (
            tried(app, &actor, &home.others).await,
            tried(app, &actor, &home.shared).await,
            tried(app, &actor, &home.own).await,
        );
        let should = (
            (*others).to_owned(),
            (*shared).to_owned(),
            (*own).to_owned(),
        );
        assert_eq!(came, should, "{role:?} {scope:?}: others, shared, own");
    }
}

#[tokio::test]
async fn what_is_not_shared_any_more_is_gone_at_once() {
    let home = household(Role::Member).await;
    let (app, actor) = (&home.house.app, Actor::whole(&home.me));
    assert_eq!(app.accounts(&actor).await.unwrap().len(), 2);
    let owner = home
        .house
        .store
        .account(&home.shared.account)
        .await
        .unwrap()
        .user;
    let owner = Actor::whole(&home.house.store.user(&owner).await.unwrap());
    app.share_account(&owner, &home.shared.account, false)
        .await
        .unwrap();
    assert_eq!(app.accounts(&actor).await.unwrap().len(), 1);
    assert_eq!(tried(app, &actor, &home.shared).await, NOTHING);
}

#[tokio::test]
async fn the_pages_say_what_is_shared() {
    let home = household(Role::Member).await;
    let member = home.house.browser(&home.me).await;
    let path = format!("/accounts/{}", home.shared.account);
    let seen = member.get(&path).await;
    assert!(
        seen.status == 200 && seen.text.contains("全家共享") | seen.text.contains("和全家共享")
    );
    assert!(!seen.text.contains("/share\""), "not theirs to change");
    let post = member.post(&format!("{path}/share"), &[]).await;
    assert_eq!(post.status, 403);
    let own = format!("/accounts/{}", home.own.account);
    assert!(member.get(&own).await.text.contains("/share\""));
    member
        .post(&format!("{own}/share"), &[("shared", "yes")])
        .await;
    assert!(
        home.house
            .store
            .account(&home.own.account)
            .await
            .unwrap()
            .shared
    );
    assert!(
        member
            .get(&own)
            .await
            .text
            .contains("value=\"yes\" checked")
    );
    member.post(&format!("{own}/share"), &[]).await;
    assert!(
        !home
            .house
            .store
            .account(&home.own.account)
            .await
            .unwrap()
            .shared
    );

    let errand = member
        .get(&format!("/errands/{}", home.shared.errand))
        .await;
    assert!(errand.text.contains("/pause\"") && !errand.text.contains("/cancel\""));
}
