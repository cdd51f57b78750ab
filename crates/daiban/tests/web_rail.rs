//! Train pages: left tickets, the form of a ticket errand without JavaScript, what its facts say, who sees names.
#![allow(clippy::unwrap_used)]

mod web_kit;

#[tokio::test]
async fn compiles() {
    let (house, _) = web_kit::House::with_rail(std::sync::Arc::new(web_kit::Still)).await;
    let user = house
        .add_user("林岚", daiban_core::household::Role::Admin)
        .await;
    let (_, errands) = web_kit::rail::furnish(&house, &user.id).await;
    let browser = house.browser(&user).await;
    for id in &errands {
        let page = browser.get(&format!("/errands/{id}")).await;
        assert_eq!(page.status, 200, "{}", page.text);
        web_kit::page::check_page(&page, "errand");
    }
    for path in [
        "/rail",
        "/rail?from=bjn&to=上海虹桥&date=2026-12-02",
        "/errands/new/rail.ticket",
        "/",
    ] {
        let page = browser.get(&path.replace("上海虹桥", "%E4%B8%8A%E6%B5%B7%E8%99%B9%E6%A1%A5")).await;
        println!("{path}: {} {}", page.status, page.bytes);
        assert_eq!(page.status, 200, "{}", page.text);
        web_kit::page::check_page(&page, path);
    }
}
