//! Who may travel with what: masked people, children, students, namesakes, trips bought before, seats and berths.

use serde_json::{Value, json};

use crate::buyer::{Buyer, Pick, bench, is_illegal, refusal, rules, value, with};
use crate::common::MINUTE;

async fn opened<'a>(bench: &'a crate::common::Bench, username: &str) -> Buyer<'a> {
    let mut buyer = Buyer::signed_in(bench, username).await;
    buyer.begin("VNP", "AOH", "G9001").await;
    buyer
}

#[tokio::test]
async fn only_people_of_the_list_as_they_are_listed() {
    let bench = bench();
    let mut buyer = opened(&bench, "chen_mo").await;
    let names: Vec<&str> = buyer
        .people
        .iter()
        .map(|person| person["passenger_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["陈默", "苏晴", "陈小满", "陈远", "陈默"]);
    assert_eq!(buyer.people[2]["mobile_no"], "");
    for person in &buyer.people {
        let enc = person["allEncStr"].as_str().unwrap();
        assert!(enc.len() == 128 && "1349".contains(&enc[127..]));
    }
    let picks = [(0, 'O', '1')];
    let right = buyer.check_fields(&picks);
    let text = value(&right, "passengerTicketStr").to_owned();
    let namesake = buyer.people[4]["allEncStr"].as_str().unwrap();
    let own = buyer.people[0]["allEncStr"].as_str().unwrap();
    for wrong in [
        text.replace("1399", "139999199001010"),
        text.replace("138****0011", "13800000011"),
        text.replace(own, namesake),
        text.replace(own, &own[..127]),
        text.replace(own, ""),
        text.replace("陈默", "王五"),
        text.replace(",N,", ",Y,"),
        format!("{text}_"),
        format!("{text}_{text}"),
        text.replace("O,0,1", "O,1,1"),
        text.replace("O,0,1", "W,0,1"),
        text.replace("O,0,1", "3,0,1"),
        text.replace("O,0,1", "O,0,3"),
        text.replace("O,0,1", "O,0,4"),
    ] {
        assert_ne!(wrong, text);
        let form = with(right.clone(), "passengerTicketStr", &wrong);
        let answer = buyer.post_step("checkOrderInfo", &form).await;
        assert!(is_illegal(&answer), "{wrong}: {answer}");
    }
    let old = value(&right, "oldPassengerStr").to_owned();
    for wrong in [
        old.trim_end_matches('_').to_owned(),
        format!("{old}_ _"),
        old.replace("1_", "2_"),
        String::new(),
    ] {
        let form = with(right.clone(), "oldPassengerStr", &wrong);
        let answer = buyer.post_step("checkOrderInfo", &form).await;
        assert!(is_illegal(&answer), "{wrong}: {answer}");
    }
    let both = buyer.check(&[(0, 'O', '1'), (4, 'O', '1')]).await;
    assert_eq!(
        both["data"]["submitStatus"], true,
        "namesakes travel together"
    );
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.begin("VNP", "AOH", "G9001").await;
    other.people = buyer.people.clone();
    assert!(is_illegal(&other.check(&picks).await), "of another account");
}

#[tokio::test]
async fn children_students_and_how_many() {
    let bench = bench();
    let mut buyer = opened(&bench, "chen_mo").await;
    assert!(refusal(&buyer.check(&[(2, 'O', '2')]).await).starts_with("儿童不能单独旅行"));
    assert!(refusal(&buyer.check(&[(3, 'M', '3')]).await).starts_with("学生票"));
    assert!(
        is_illegal(&buyer.check(&[(0, 'O', '3')]).await),
        "no student"
    );
    for picks in [
        vec![(3, 'O', '3')],
        vec![(3, 'M', '1')],
        vec![(2, 'O', '2'), (0, 'O', '1')],
        // A child on its father's document, and classes mixed.
        vec![(0, 'O', '1'), (0, 'O', '2'), (1, 'M', '1')],
    ] {
        let answer = buyer.check(&picks).await;
        assert_eq!(answer["data"]["submitStatus"], true, "{picks:?} {answer}");
    }
    let mut buyer = opened(&bench, "demo_li").await;
    let many = |count: usize| -> Vec<Pick> { (0..count).map(|at| (at, 'O', '1')).collect() };
    assert_eq!(buyer.check(&many(9)).await["data"]["submitStatus"], true);
    assert!(refusal(&buyer.check(&many(10)).await).contains("9张"));
}

#[tokio::test]
async fn one_person_is_in_one_train_at_a_time() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.order(&[(0, 'O', '1'), (2, 'O', '2')]).await;
    bench.pass(MINUTE);
    let number = buyer.order_no().await;
    assert!(bench.sim.pay_rail_order(&number));
    buyer.begin("VNP", "AOH", "G9001").await;
    let refused = buyer.check(&[(1, 'O', '1'), (0, 'O', '1')]).await;
    let words = refusal(&refused);
    assert!(
        words.starts_with("互联网售票实行实名制")
            && words.contains("陈默")
            && words.contains("2026-11-25 G9001")
    );
    assert!(!words.contains("199001"), "{words}");
    // The child, the namesake and others may; so may he on a train that leaves later.
    for picks in [vec![(1, 'O', '1'), (2, 'O', '2')], vec![(4, 'O', '1')]] {
        assert_eq!(buyer.check(&picks).await["data"]["submitStatus"], true);
    }
    buyer.begin("BJP", "SHH", "Z9007").await;
    assert_eq!(
        buyer.check(&[(0, '1', '1')]).await["data"]["submitStatus"],
        true
    );
    buyer.begin("VNP", "HGH", "G9041").await;
    assert!(
        refusal(&buyer.check(&[(0, 'O', '1')]).await).contains("G9001次"),
        "another train at that time"
    );
}

async fn places(buyer: &mut Buyer<'_>) -> Vec<(Value, Value)> {
    buyer.bench.pass(MINUTE);
    let order = buyer.unpaid().await;
    let tickets = order["tickets"].as_array().unwrap();
    tickets
        .iter()
        .map(|ticket| (ticket["coach_no"].clone(), ticket["seat_name"].clone()))
        .collect()
}

#[tokio::test]
async fn seats_as_chosen() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let picks = [(0, 'O', '1'), (1, 'O', '1')];
    buyer.prepare(&picks).await;
    let right = buyer.confirm_fields(&picks);
    for wrong in ["1A", "1A1A", "1A3B", "1E1A", "1A1B1C", "A1B1"] {
        let form = with(right.clone(), "choose_seats", wrong);
        assert!(is_illegal(&buyer.confirm_with(&form).await), "{wrong}");
    }
    let berths = with(right.clone(), "seatDetailType", "200");
    assert!(
        is_illegal(&buyer.confirm_with(&berths).await),
        "no berths in a seat"
    );
    buyer
        .confirm_with(&with(right, "choose_seats", "1D2F"))
        .await;
    let own = places(&mut buyer).await;
    assert_eq!(
        own,
        [(json!("05"), json!("01D号")), (json!("05"), json!("02F号"))]
    );

    // 1D is taken now; the next pair of rows in which both are free.
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.prepare(&picks).await;
    let form = with(other.confirm_fields(&picks), "choose_seats", "1D2D");
    other.confirm_with(&form).await;
    let theirs = places(&mut other).await;
    assert_eq!(
        theirs,
        [(json!("05"), json!("02D号")), (json!("05"), json!("03D号"))]
    );
}

#[tokio::test]
async fn a_choice_that_is_not_offered_or_not_kept() {
    let bench = bench();
    rules(&bench, |rules| rules.can_choose = false);
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    let picks = [(0, 'O', '1'), (1, 'O', '1')];
    buyer.begin("VNP", "AOH", "G9001").await;
    let checked = buyer.check(&picks).await["data"].clone();
    assert_eq!(
        (&checked["canChooseSeats"], &checked["choose_Seats"]),
        (&json!("N"), &json!(""))
    );
    buyer.count(&picks).await;
    let form = with(buyer.confirm_fields(&picks), "choose_seats", "1F2F");
    assert!(is_illegal(&buyer.confirm_with(&form).await));
    rules(&bench, |rules| {
        rules.can_choose = true;
        rules.honours_choice = false;
    });
    assert_eq!(
        buyer.confirm_with(&form).await["data"]["submitStatus"],
        true
    );
    assert_eq!(places(&mut buyer).await[0].1, "01A号");

    // Mixed classes have no choice.
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    let mixed = [(0, 'M', '1'), (1, 'O', '1')];
    other.prepare(&mixed).await;
    let form = with(other.confirm_fields(&mixed), "choose_seats", "1A1B");
    assert!(is_illegal(&other.confirm_with(&form).await));
    other.confirm(&mixed).await;
    assert_eq!(places(&mut other).await[0].0, "03");
    assert_eq!(
        bench.effects("rail.queue demo_li"),
        ["rail.queue demo_li G9001 2026-11-25 VNP-AOH M+O x2"]
    );
}

#[tokio::test]
async fn berths() {
    let bench = bench();
    let mut buyer = Buyer::signed_in(&bench, "chen_mo").await;
    buyer.begin("BJP", "SHH", "Z9007").await;
    let picks = [(0, '3', '1'), (1, '3', '1')];
    let checked = buyer.check(&picks).await["data"].clone();
    assert_eq!(
        [
            &checked["canChooseSeats"],
            &checked["canChooseBeds"],
            &checked["isCanChooseMid"]
        ],
        ["N", "Y", "Y"]
    );
    buyer.count(&picks).await;
    let right = buyer.confirm_fields(&picks);
    for wrong in ["100", "300", "2", "abc"] {
        let form = with(right.clone(), "seatDetailType", wrong);
        assert!(is_illegal(&buyer.confirm_with(&form).await), "{wrong}");
    }
    buyer
        .confirm_with(&with(right, "seatDetailType", "101"))
        .await;
    let names: Vec<Value> = places(&mut buyer)
        .await
        .into_iter()
        .map(|place| place.1)
        .collect();
    assert_eq!(names, ["01号下铺", "01号上铺"]);

    // Soft sleepers have no middle; the wish in the passenger's string counts as well.
    let mut other = Buyer::signed_in(&bench, "demo_li").await;
    other.begin("BJP", "SHH", "Z9007").await;
    let soft = [(0, '4', '1')];
    assert_eq!(other.check(&soft).await["data"]["isCanChooseMid"], "N");
    let wished = |form: &crate::buyer::Fields, bed: &str| {
        let text = value(form, "passengerTicketStr").replace("4,0,", &format!("4,{bed},"));
        with(form.clone(), "passengerTicketStr", &text)
    };
    let form = other.check_fields(&soft);
    assert!(is_illegal(
        &other.post_step("checkOrderInfo", &wished(&form, "2")).await
    ));
    other.post_step("checkOrderInfo", &wished(&form, "3")).await;
    other.count(&soft).await;
    let form = wished(&other.confirm_fields(&soft), "3");
    other.confirm_with(&form).await;
    assert_eq!(places(&mut other).await[0].1, "01号上铺");
}
