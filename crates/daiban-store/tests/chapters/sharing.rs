//! What all processes share: budgets, closures, hands, the next moment.

use daiban_core::{
    household::LineUse,
    store::{Slot, Toll, Turn},
};

use super::*;

fn toll(account: &str, turn: Turn) -> Toll {
    Toll {
        service: Service::Rail,
        account: account.to_owned(),
        turn,
        floor_ms: 4000,
        sprint_floor_ms: 1000,
        daily: 3,
    }
}

fn until(slot: Slot) -> Timestamp {
    match slot {
        Slot::At(moment, why) => {
            assert!(!why.zh.is_empty() && !why.en.is_empty());
            moment
        }
        Slot::Now => panic!("a slot was free"),
    }
}

pub async fn the_floor_between_polls(store: &impl Both) {
    let take = |now, account, turn| {
        let toll = toll(account, turn);
        async move { store.take_budget(at(now), &toll).await.unwrap() }
    };
    assert_eq!(take(0, "a", Turn::Poll).await, Slot::Now);
    assert_eq!(until(take(1, "a", Turn::Poll).await), at(4000));
    assert_eq!(
        until(take(3999, "a", Turn::Poll).await),
        at(4000),
        "asking takes nothing"
    );
    assert_eq!(
        take(2, "b", Turn::Poll).await,
        Slot::Now,
        "each account has its own"
    );
    assert_eq!(
        take(3, "a", Turn::Free).await,
        Slot::Now,
        "the floor is for polls"
    );
    assert_eq!(until(take(4, "a", Turn::Poll).await), at(4000));
    assert_eq!(take(4000, "a", Turn::Poll).await, Slot::Now);
}

pub async fn the_quick_floor_is_measured_from_the_last_poll(store: &impl Both) {
    let take = |now, turn| async move {
        let toll = Toll {
            daily: 100,
            ..toll("a", turn)
        };
        store.take_budget(at(now), &toll).await.unwrap()
    };
    use Turn::{Free, Poll, Sprint};
    assert_eq!(take(0, Poll).await, Slot::Now);
    assert_eq!(until(take(1, Poll).await), at(4000));
    assert_eq!(
        until(take(999, Sprint).await),
        at(1000),
        "from the slow poll's own moment"
    );
    assert_eq!(take(1000, Sprint).await, Slot::Now);
    assert_eq!(until(take(1001, Sprint).await), at(2000));
    assert_eq!(take(1500, Free).await, Slot::Now);
    assert_eq!(take(2300, Sprint).await, Slot::Now);
    assert_eq!(
        until(take(3300, Poll).await),
        at(6300),
        "the ordinary floor counts from the quick poll"
    );
    assert_eq!(take(6300, Poll).await, Slot::Now);
    assert_eq!(until(take(6301, Sprint).await), at(7300));
}

pub async fn the_day_begins_at_midnight_in_beijing(store: &impl Both) {
    let spend = toll("a", Turn::Free);
    for now in 0..3 {
        assert_eq!(store.take_budget(at(now), &spend).await.unwrap(), Slot::Now);
    }
    // The stage is set at eight in the morning.
    let midnight = at(16 * 3_600_000);
    assert_eq!(
        until(store.take_budget(at(4), &spend).await.unwrap()),
        midnight
    );
    assert_eq!(
        store.take_budget(midnight, &spend).await.unwrap(),
        Slot::Now
    );
}

pub async fn the_census_counts_rows_and_turns(store: &impl Both) {
    let before = store.census().await.unwrap();
    assert!(before.migration >= 3 && before.spent.is_empty());
    add_errand(store, "e", 0).await;
    for account in ["a", "a", ""] {
        let toll = toll(account, Turn::Free);
        assert_eq!(store.take_budget(at(0), &toll).await.unwrap(), Slot::Now);
    }
    let census = store.census().await.unwrap();
    let waiting = census.counted.iter();
    let mut waiting = waiting.filter(|counted| counted.what == "errands");
    let counted = waiting.next().unwrap();
    assert_eq!((counted.state.as_str(), counted.rows), ("waiting", 1));
    let spent = census.spent.iter();
    let spent: Vec<_> = spent
        .map(|spent| (spent.account.as_ref().map(|id| id.as_str()), spent.used))
        .collect();
    assert_eq!(spent, [(None, 1), (Some("a"), 2)]);
}

pub async fn what_each_line_has_used_is_told(store: &impl Both) {
    assert_eq!(store.line_uses().await.unwrap(), []);
    for (account, turn) in [("a", Turn::Free), ("a", Turn::Poll), ("", Turn::Free)] {
        let taken = store.take_budget(at(0), &toll(account, turn)).await;
        assert_eq!(taken.unwrap(), Slot::Now);
    }
    let day = daiban_core::dates::today(at(0));
    let line = |account: Option<&str>, used, next_poll| LineUse {
        service: Service::Rail,
        account: account.map(Into::into),
        day,
        used,
        next_poll,
    };
    assert_eq!(
        store.line_uses().await.unwrap(),
        [line(None, 1, None), line(Some("a"), 2, Some(at(4000)))]
    );
}

pub async fn a_closed_service_is_left_alone(store: &impl Both) {
    assert_eq!(store.closed_until(Service::Rail).await.unwrap(), None);
    assert!(
        store
            .close(Service::Rail, at(0), at(100), text("banned"))
            .await
            .unwrap()
    );
    assert!(
        !store
            .close(Service::Rail, at(1), at(50), text("again"))
            .await
            .unwrap()
    );
    assert_eq!(
        store.closed_until(Service::Rail).await.unwrap(),
        Some((at(100), text("banned")))
    );
    assert_eq!(
        store
            .take_budget(at(99), &toll("a", Turn::Free))
            .await
            .unwrap(),
        Slot::At(at(100), text("banned"))
    );
    assert_eq!(
        store
            .take_budget(at(100), &toll("a", Turn::Free))
            .await
            .unwrap(),
        Slot::Now
    );
    let other = Toll {
        service: Service::Permit,
        ..toll("a", Turn::Poll)
    };
    assert_eq!(store.take_budget(at(1), &other).await.unwrap(), Slot::Now);
    assert!(
        store
            .close(Service::Rail, at(200), at(300), text("once more"))
            .await
            .unwrap()
    );
}

pub async fn one_hand_an_account(store: &impl Both) {
    let a = "a".into();
    assert!(store.take_hand(&a, "one", at(0), at(100)).await.unwrap());
    assert!(!store.take_hand(&a, "two", at(50), at(150)).await.unwrap());
    assert!(
        store
            .take_hand(&"b".into(), "two", at(50), at(150))
            .await
            .unwrap()
    );
    assert!(
        store.take_hand(&a, "one", at(60), at(200)).await.unwrap(),
        "longer"
    );
    store.give_hand(&a, "two").await.unwrap();
    assert!(!store.take_hand(&a, "two", at(199), at(300)).await.unwrap());
    assert!(
        store.take_hand(&a, "two", at(200), at(300)).await.unwrap(),
        "the first holder's time is over"
    );
    store.give_hand(&a, "two").await.unwrap();
    assert!(store.take_hand(&a, "one", at(201), at(300)).await.unwrap());
}

pub async fn the_next_moment_of_anything(store: &impl Both) {
    assert_eq!(store.next_due().await.unwrap(), None);
    add_errand(store, "e", 900).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(900)));
    store
        .intend("call".into(), look("b", "t").not_before(at(800)), at(0))
        .await
        .unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(800)));
    store
        .deliver(
            &"e".into(),
            "x".into(),
            at(10),
            daiban_core::errand::Incoming::Woken,
        )
        .await
        .unwrap();
    assert_eq!(store.next_due().await.unwrap(), Some(at(10)));
    let mut asking = pass(&claim_one(store, 10).await);
    asking.asks = vec![("ask".into(), ask("code", AskKind::Qr, Some(700)))];
    committed(store, 11, asking).await;
    assert_eq!(store.next_due().await.unwrap(), Some(at(700)));
}
