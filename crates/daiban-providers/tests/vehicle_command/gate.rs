//! Close together, the same again, too many.

use daiban_sim::{Car, VehicleSaid};
use serde_json::json;

use crate::kit::Rig;
use crate::kit::vehicle::{Driver, agrees, denies};

#[tokio::test]
async fn commands_are_kept_apart() {
    let mut driver = Driver::new().await;
    driver.rig.sim.vehicle_rules(|rules| rules.busy = false);
    let first = driver.wish("find", &[]).await;
    driver.until(2).await;
    driver.ended(&first, "accepted").await;
    let second = driver.wish("lock", &[]).await;
    driver.until(60).await;
    driver.ended(&second, "confirmed").await;
    let told = driver.told_the_car();
    assert_eq!(
        told.len(),
        2,
        "the gateway never had to refuse one: {told:?}"
    );
    assert!(told[1] - told[0] >= 5, "{told:?}");
}

#[tokio::test]
async fn one_that_was_dropped_is_sent_once_more() {
    let mut driver = Driver::new().await;
    let first = driver.wish("find", &[]).await;
    driver.until(2).await;
    let second = driver.wish("lock", &[]).await;
    driver.until(60).await;
    driver.ended(&first, "accepted").await;
    driver.ended(&second, "confirmed").await;
    let told = driver.told_the_car();
    assert_eq!(
        told.len(),
        3,
        "the second came while the car was at it: {told:?}"
    );
    assert!(told[2] - told[1] >= 5, "{told:?}");
    assert_eq!(driver.did(), ["find light-flash", "lock"]);
}

#[tokio::test]
async fn one_that_is_dropped_twice_is_given_up() {
    let mut driver = Driver::new().await;
    let busy = VehicleSaid {
        code: Some(json!("8070")),
        ..VehicleSaid::default()
    };
    driver.rig.sim.vehicle_rules(|rules| {
        rules.say.insert("command".to_owned(), busy);
    });
    driver.rig.person = Box::new(agrees);
    let errand = driver.wish("unlock", &[]).await;
    driver.until(300).await;
    driver.ended(&errand, "rejected 8070").await;
    assert_eq!(driver.told_the_car().len(), 2);
    assert!(driver.did().is_empty());
}

#[tokio::test]
async fn the_same_within_a_minute_asks_again() {
    let mut driver = Driver::new().await;
    let first = driver.wish("lock", &[]).await;
    driver.until(30).await;
    driver.ended(&first, "confirmed").await;
    driver.rig.person = Box::new(denies);
    let second = driver.wish("lock", &[]).await;
    driver.until(40).await;
    driver.ended(&second, "rejected denied").await;
    let (tag, body) = driver.asked().await;
    assert_eq!(tag, "command/again");
    assert!(body.contains("秒前发过一样的（锁车）"), "{body}");
    assert_eq!(driver.told_the_car().len(), 1);

    driver.rig.person = Box::new(agrees);
    let third = driver.wish("lock", &[]).await;
    driver.until(58).await;
    assert_eq!(driver.told_the_car().len(), 2);
    driver.until(120).await;
    driver.ended(&third, "confirmed").await;

    // After a minute nobody is asked.
    driver.rig.person = Box::new(|_, _| None);
    let fourth = driver.wish("lock", &[]).await;
    driver.until(180).await;
    driver.ended(&fourth, "confirmed").await;
}

#[tokio::test]
async fn a_day_has_so_many() {
    let settings = [("daily_commands", "2")];
    let mut driver = Driver::of(Rig::new(7).await, Car::default(), &settings).await;
    let mut at = 0;
    for (word, end) in [
        ("lock", "confirmed"),
        ("find", "accepted"),
        ("lock", "rejected cap"),
        ("stop", "confirmed"),
    ] {
        let errand = driver.wish(word, &[]).await;
        at += 120;
        driver.until(at).await;
        driver.ended(&errand, end).await;
    }
    assert_eq!(driver.told_the_car().len(), 3);
    driver.until(18 * 3600 + 60).await;
    let tomorrow = driver.wish("lock", &[]).await;
    driver.until(18 * 3600 + 180).await;
    driver.ended(&tomorrow, "confirmed").await;
}
