//! Signing in with the rail service by QR code: the whole chain, its cookies, and how it is lost.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::Request;
use common::{Bench, Got, HOUR, MINUTE};
use daiban_sim::{FaultKind, RailAccount, RailPassenger, SignedOut, When, id_number};
use serde_json::{Value, json};

const LOGIN: &str = "https://kyfw.12306.cn/otn/resources/login.html";
const PASSPORT: &str = "https://kyfw.12306.cn/otn/passport?redirect=/otn/login/userLogin";
const TICKETS: &str = "https://kyfw.12306.cn/otn/leftTicket/init?linktypeid=dc";

/// A browser of few words: cookies by path, no redirects followed.
struct Browser<'a> {
    bench: &'a Bench,
    /// Value by path and name.
    cookies: BTreeMap<(String, String), String>,
}

impl<'a> Browser<'a> {
    fn new(bench: &'a Bench) -> Self {
        Self {
            bench,
            cookies: BTreeMap::new(),
        }
    }

    fn header(&self, path: &str) -> String {
        let fitting = self
            .cookies
            .iter()
            .filter(|((scope, _), _)| path.starts_with(scope.as_str()));
        let pairs: Vec<String> = fitting
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    async fn send(&mut self, method: &str, path: &str, referer: &str, form: &str) -> Got {
        let got = send(self.bench, method, path, referer, form, &self.header(path)).await;
        for line in got.headers.get_all("set-cookie") {
            let (pair, rest) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let scope = rest.trim().split_once('=').unwrap().1;
            self.cookies
                .insert((scope.into(), name.into()), value.into());
        }
        got
    }

    async fn get(&mut self, path: &str, referer: &str) -> Got {
        self.send("GET", path, referer, "").await
    }

    async fn post(&mut self, path: &str, referer: &str, form: &str) -> Value {
        self.send("POST", path, referer, form).await.json()
    }

    async fn new_code(&mut self) -> String {
        let code = self
            .post("/passport/web/create-qr64", LOGIN, "appid=otn")
            .await;
        assert_eq!(code["result_code"], "0");
        let uuid = code["uuid"].as_str().unwrap().to_owned();
        let read = self
            .bench
            .sim
            .read_rail_qr(code["image"].as_str().unwrap())
            .unwrap();
        assert_eq!(read, uuid);
        uuid
    }

    async fn check(&mut self, uuid: &str) -> Value {
        let form = format!("appid=otn&uuid={uuid}");
        self.post("/passport/web/checkqr", LOGIN, &form).await
    }

    /// Everything after the code was confirmed.
    async fn finish(&mut self) -> Value {
        let away = self.get("/otn/login/userLogin", LOGIN).await;
        assert_eq!(
            location(&away),
            "/otn/passport?redirect=/otn/login/userLogin"
        );
        self.get("/otn/passport?redirect=/otn/login/userLogin", LOGIN)
            .await;
        let token = self
            .post("/passport/web/auth/uamtk", PASSPORT, "appid=otn")
            .await;
        let form = format!("tk={}", token["newapptk"].as_str().unwrap());
        self.post("/otn/uamauthclient", PASSPORT, &form).await
    }

    async fn sign_in(&mut self) {
        let uuid = self.new_code().await;
        assert!(self.bench.sim.scan_rail_qr(&uuid, "demo_zhang"));
        assert!(self.bench.sim.confirm_rail_qr(&uuid));
        assert_eq!(self.check(&uuid).await["result_code"], "2");
        assert_eq!(self.finish().await["result_code"], 0);
    }

    async fn passengers(&mut self, page: u32, size: u32) -> Got {
        let form = format!("pageIndex={page}&pageSize={size}");
        let referer = "https://kyfw.12306.cn/otn/view/passengers.html";
        self.send("POST", "/otn/passengers/query", referer, &form)
            .await
    }

    async fn is_login(&mut self) -> Value {
        self.post("/otn/login/conf", LOGIN, "").await["data"]["is_login"].clone()
    }
}

async fn send(
    bench: &Bench,
    method: &str,
    path: &str,
    referer: &str,
    form: &str,
    cookies: &str,
) -> Got {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("referer", referer)
        .header("cookie", cookies)
        .header(
            "content-type",
            "application/x-www-form-urlencoded; charset=UTF-8",
        );
    bench
        .call("rail", request.body(Body::from(form.to_owned())).unwrap())
        .await
}

fn location(got: &Got) -> &str {
    assert_eq!(got.status, 302, "{}", got.text);
    got.headers["location"].to_str().unwrap()
}

fn passenger(name: &str, serial: u32) -> RailPassenger {
    RailPassenger {
        name: name.into(),
        id_number: id_number(serial),
        phone: format!("1380000{serial:04}"),
        ..RailPassenger::default()
    }
}

fn bench() -> Bench {
    let bench = Bench::new();
    bench.sim.add_rail_account(RailAccount {
        username: "demo_zhang".into(),
        name: "张三".into(),
        born: Some("1990-01-01".parse().unwrap()),
        passengers: vec![
            passenger("张三", 1),
            passenger("李四", 2),
            passenger("张三", 3),
        ],
        ..RailAccount::default()
    });
    bench
}

#[tokio::test]
async fn the_whole_chain() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    assert_eq!(browser.is_login().await, "N");
    let nobody = browser
        .post("/passport/web/auth/uamtk-static", LOGIN, "appid=otn")
        .await;
    assert_eq!(
        nobody,
        json!({"result_message": "用户未登录", "result_code": 1})
    );

    let uuid = browser.new_code().await;
    assert_eq!(browser.check(&uuid).await["result_code"], "0");
    assert!(!bench.sim.confirm_rail_qr(&uuid), "nobody scanned it");
    assert!(!bench.sim.scan_rail_qr(&uuid, "nobody"));
    assert!(bench.sim.scan_rail_qr(&uuid, "demo_zhang"));
    assert_eq!(browser.check(&uuid).await["result_code"], "1");
    assert!(bench.sim.confirm_rail_qr(&uuid));
    let confirmed = browser.check(&uuid).await;
    assert_eq!(confirmed["result_code"], "2");
    let kept = browser.cookies[&("/passport".into(), "uamtk".into())].clone();
    assert_eq!(confirmed["uamtk"], json!(kept));
    assert_eq!(
        browser.check(&uuid).await["uamtk"],
        json!(kept),
        "asked again"
    );
    let known = browser
        .post("/passport/web/auth/uamtk-static", TICKETS, "appid=otn")
        .await;
    assert_eq!(known["result_code"], 0);
    assert_eq!(browser.is_login().await, "N", "only half of it is done");

    let before = browser.cookies[&("/otn".into(), "JSESSIONID".into())].clone();
    let done = browser.finish().await;
    assert_eq!(
        (&done["result_code"], &done["username"]),
        (&json!(0), &json!("张三"))
    );
    assert_ne!(
        browser.cookies[&("/otn".into(), "JSESSIONID".into())],
        before
    );
    assert_eq!(
        done["apptk"],
        json!(browser.cookies[&("/otn".into(), "tk".into())])
    );
    let home = browser.get("/otn/login/userLogin", PASSPORT).await;
    assert_eq!(location(&home), "/otn/view/index.html");
    assert!(
        browser
            .cookies
            .contains_key(&("/otn".into(), "uKey".into()))
    );
    assert_eq!(
        browser.get("/otn/view/index.html", PASSPORT).await.status,
        200
    );

    let conf = browser.post("/otn/login/conf", LOGIN, "").await["data"].clone();
    assert_eq!(
        [
            &conf["is_login"],
            &conf["name"],
            &conf["user_name"],
            &conf["born_date"]
        ],
        ["Y", "张三", "demo_zhang", "1990-01-01"]
    );
    let flag = browser
        .post("/otn/login/checkUser", TICKETS, "_json_att=")
        .await;
    assert_eq!(flag["data"]["flag"], true);
    let profile = browser.post("/otn/index/initMy12306Api", LOGIN, "").await;
    assert!(profile["data"].get("user_status").is_some());
    assert_eq!(bench.effects("rail."), ["rail.sign_in demo_zhang"]);
}

#[tokio::test]
async fn passengers_are_masked_and_paged() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    browser.sign_in().await;
    let first = browser.passengers(1, 2).await.json()["data"].clone();
    let last = browser.passengers(2, 2).await.json()["data"].clone();
    assert_eq!(
        (
            &first["pageTotal"],
            first["datas"].as_array().unwrap().len()
        ),
        (&json!(2), 2)
    );
    let (one, namesake) = (&first["datas"][0], &last["datas"][0]);
    assert_eq!(one["passenger_name"], namesake["passenger_name"]);
    assert_ne!(one["allEncStr"], namesake["allEncStr"]);
    assert_ne!(one["passenger_uuid"], namesake["passenger_uuid"]);
    let shown = one["passenger_id_no"].as_str().unwrap();
    assert!(
        shown.starts_with("1399****") && shown.len() == 18 && id_number(1).ends_with(&shown[15..])
    );
    assert_eq!(
        (&one["mobile_no"], &one["isAdult"]),
        (&json!("138****0001"), &json!("Y"))
    );
    assert!(!last.to_string().contains(&id_number(3)));
    // The same weeks later.
    bench.pass(500 * HOUR);
    assert_eq!(browser.passengers(1, 2).await.json()["data"], first);
    let nonsense = browser.passengers(0, 2).await.json();
    assert_eq!(nonsense["messages"], json!(["非法请求"]));
}

#[tokio::test]
async fn a_code_ends_after_five_minutes() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    let uuid = browser.new_code().await;
    bench.pass(5 * MINUTE - 1);
    assert_eq!(browser.check(&uuid).await["result_code"], "0");
    assert!(bench.sim.scan_rail_qr(&uuid, "demo_zhang"));
    bench.pass(1);
    assert_eq!(browser.check(&uuid).await["result_code"], "3");
    assert!(!bench.sim.confirm_rail_qr(&uuid));
    assert_eq!(browser.check("never made").await["result_code"], "5");

    let next = browser.new_code().await;
    assert_ne!(next, uuid);
    let mut other = Browser::new(&bench);
    assert_eq!(other.check(&next).await["result_code"], "5");
}

#[tokio::test]
async fn the_phone_can_be_left_to_itself() {
    let bench = bench();
    bench
        .sim
        .set_options(|options| options.rail_phone_confirms_ms = Some(10_000));
    let mut browser = Browser::new(&bench);
    let uuid = browser.new_code().await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        codes.push(browser.check(&uuid).await["result_code"].clone());
        bench.pass(5_000);
    }
    assert_eq!(codes, ["0", "1", "2"]);
    assert_eq!(browser.finish().await["result_code"], 0);
}

#[tokio::test]
async fn cookies_of_the_other_path_are_refused() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    browser.sign_in().await;
    let value =
        |scope: &str, name: &str| browser.cookies[&(scope.to_owned(), name.to_owned())].clone();
    let error_page = "/mormhweb/logFiles/error.html";

    // One jar without paths sends everything everywhere.
    let otn = browser.header("/otn/");
    let passport = browser.header("/passport/");
    let (all, turned) = (format!("{otn}; {passport}"), format!("{passport}; {otn}"));
    let conf = send(&bench, "POST", "/otn/login/conf", LOGIN, "", &all);
    assert_eq!(location(&conf.await), error_page);
    let path = "/passport/web/auth/uamtk-static";
    let asked = send(&bench, "POST", path, LOGIN, "appid=otn", &turned);
    assert_eq!(location(&asked.await), error_page);

    // One side's token is worth nothing under the other's name.
    let swapped = format!("uamtk={}", value("/otn", "tk"));
    let asked = send(&bench, "POST", path, LOGIN, "appid=otn", &swapped).await;
    assert_eq!(asked.json()["result_code"], 1);
    let swapped = otn.replace(&value("/otn", "tk"), &value("/passport", "uamtk"));
    let conf = send(&bench, "POST", "/otn/login/conf", LOGIN, "", &swapped).await;
    assert_eq!(conf.json()["data"]["is_login"], "N");

    // Half a session is ended by the next userLogin.
    let away = send(&bench, "GET", "/otn/login/userLogin", LOGIN, "", &swapped).await;
    assert_eq!(location(&away), "/otn/resources/login.html");
    assert_eq!(browser.is_login().await, "N");
}

#[tokio::test]
async fn referer_form_and_order_matter() {
    let bench = bench();
    let error_page = "/mormhweb/logFiles/error.html";
    let mut browser = Browser::new(&bench);
    let create = "/passport/web/create-qr64";
    for (path, referer, form) in [
        (create, "", "appid=otn"),
        (create, TICKETS, "appid=otn"),
        (create, LOGIN, ""),
        ("/passport/web/auth/uamtk", LOGIN, "appid=otn"),
        ("/passport/web/unknown", LOGIN, "appid=otn"),
        ("/otn/uamauthclient", LOGIN, "tk=x"),
    ] {
        let got = browser.send("POST", path, referer, form).await;
        assert_eq!(location(&got), error_page, "{path} {referer}");
    }
    assert_eq!(
        location(&browser.get("/otn/login/userLogin", "").await),
        error_page
    );

    // A session of another page can't be signed in, and an invented token signs nobody in.
    browser.get("/otn/leftTicket/init", "").await;
    let early = browser
        .send("POST", "/otn/uamauthclient", PASSPORT, "tk=x")
        .await;
    assert_eq!(location(&early), error_page);
    browser
        .get("/otn/passport?redirect=/otn/login/userLogin", LOGIN)
        .await;
    let invented = browser.post("/otn/uamauthclient", PASSPORT, "tk=x").await;
    assert_eq!(invented["result_code"], 1);
    assert_eq!(bench.effects("rail."), [""; 0]);
}

#[tokio::test]
async fn the_password_way_ends_at_the_slider() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    let check = browser
        .post(
            "/passport/web/checkLoginVerify",
            LOGIN,
            "username=demo_zhang&appid=otn",
        )
        .await;
    assert_eq!(check, json!({"result_code": 0, "login_check_code": "2"}));
    let form = "appid=otn&username=demo_zhang&castNum=0145";
    let answer = browser
        .post("/passport/web/getMessageCode", LOGIN, form)
        .await;
    assert_eq!(answer["result_code"], 97);
    assert!(answer["result_message"].as_str().unwrap().contains("滑块"));
}

#[tokio::test]
async fn a_demand_stops_the_chain() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    browser.sign_in().await;
    bench
        .sim
        .set_options(|options| options.rail_uamtk_code = 95);
    let answer = browser
        .post("/passport/web/auth/uamtk", PASSPORT, "appid=otn")
        .await;
    assert_eq!(
        (&answer["result_code"], answer.get("newapptk")),
        (&json!(95), None)
    );
}

#[tokio::test]
async fn every_shape_of_a_lost_session() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    browser.sign_in().await;
    assert_eq!(browser.passengers(1, 10).await.status, 200);
    bench
        .sim
        .set_options(|options| options.rail_session_loss = true);
    for shape in [
        SignedOut::LoginPage,
        SignedOut::PassportPage,
        SignedOut::Html,
        SignedOut::Relogin,
        SignedOut::NoLogin,
        SignedOut::Message,
    ] {
        bench
            .sim
            .set_options(|options| options.rail_signed_out = shape);
        let got = browser.passengers(1, 10).await;
        match shape {
            SignedOut::LoginPage => assert_eq!(location(&got), "/otn/resources/login.html"),
            SignedOut::PassportPage => {
                assert!(location(&got).starts_with("/otn/passport?redirect="));
            }
            SignedOut::Html => {
                assert!(got.status == 200 && got.text.starts_with("<!DOCTYPE html>"));
            }
            SignedOut::Relogin => assert_eq!(got.json()["isRelogin"], "Y"),
            SignedOut::NoLogin => assert_eq!(got.json()["data"]["noLogin"], "true"),
            SignedOut::Message => assert_eq!(got.json()["messages"], json!(["用户未登录"])),
        }
    }
    assert_eq!(browser.is_login().await, "N");
    let flag = browser
        .post("/otn/login/checkUser", TICKETS, "_json_att=")
        .await;
    assert_eq!(flag["data"]["flag"], false);
    bench
        .sim
        .set_options(|options| options.rail_session_loss = false);
    assert_eq!(browser.is_login().await, "Y");

    bench.sim.drop_rail_sessions();
    assert_eq!(browser.is_login().await, "N");
    let half = browser
        .post("/passport/web/auth/uamtk-static", LOGIN, "appid=otn")
        .await;
    assert_eq!(half["result_code"], 1);
    // With the old cookies in the jar one can sign in again.
    browser.sign_in().await;
    assert_eq!(browser.is_login().await, "Y");
}

#[tokio::test]
async fn a_sign_in_ends_with_time() {
    let bench = bench();
    bench
        .sim
        .set_options(|options| options.rail_session_life_ms = Some(HOUR));
    let mut browser = Browser::new(&bench);
    browser.sign_in().await;
    bench.pass(HOUR - 1);
    assert_eq!(browser.is_login().await, "Y");
    bench.pass(1);
    assert_eq!(browser.is_login().await, "N");
    assert_eq!(
        location(&browser.passengers(1, 10).await),
        "/otn/resources/login.html"
    );
}

#[tokio::test]
async fn a_lost_answer_can_be_asked_for_again() {
    let bench = bench();
    let mut browser = Browser::new(&bench);
    let uuid = browser.new_code().await;
    bench.sim.scan_rail_qr(&uuid, "demo_zhang");
    bench.sim.confirm_rail_qr(&uuid);
    let faults = bench.sim.faults();
    faults.once("rail", "checkqr", When::After, FaultKind::Reset);
    faults.once("rail", "uamauthclient", When::After, FaultKind::Timeout);
    let form = format!("appid=otn&uuid={uuid}");
    let cut = browser
        .send("POST", "/passport/web/checkqr", LOGIN, &form)
        .await;
    assert!(cut.fault.is_some());
    assert_eq!(browser.check(&uuid).await["result_code"], "2");
    browser
        .get("/otn/passport?redirect=/otn/login/userLogin", LOGIN)
        .await;
    let token = browser
        .post("/passport/web/auth/uamtk", PASSPORT, "appid=otn")
        .await;
    let form = format!("tk={}", token["newapptk"].as_str().unwrap());
    let late = browser
        .send("POST", "/otn/uamauthclient", PASSPORT, &form)
        .await;
    assert!(late.fault.is_some());
    assert_eq!(browser.is_login().await, "N", "the cookie never came");
    let again = browser.post("/otn/uamauthclient", PASSPORT, &form).await;
    assert_eq!(again["result_code"], 0);
    assert_eq!(browser.is_login().await, "Y");
    assert_eq!(bench.effects("rail."), ["rail.sign_in demo_zhang"]);
}

#[tokio::test]
async fn all_of_it_can_be_driven_from_outside() {
    let bench = Bench::new();
    let account = json!({"username": "demo_li", "name": "李四", "passengers": [{"name": "李四", "id_number": id_number(2)}]});
    bench
        .post(
            "rail",
            "/_sim/world",
            "",
            &json!({"rail_accounts": [account]}),
        )
        .await;
    let mut browser = Browser::new(&bench);
    let uuid = browser.new_code().await;
    let codes = bench.get("rail", "/_sim/codes", &[]).await.json();
    assert_eq!(codes["rail_qr"], json!([uuid]));
    let acts =
        json!({"rail_scans": [{"uuid": uuid, "username": "demo_li"}], "rail_confirms": [uuid]});
    let done = bench.post("rail", "/_sim/world", "", &acts).await.json();
    assert_eq!(
        (&done["rail_scans"], &done["rail_confirms"]),
        (&json!([true]), &json!([true]))
    );
    assert_eq!(browser.check(&uuid).await["result_code"], "2");
    assert_eq!(browser.finish().await["username"], "李四");
    bench
        .post("rail", "/_sim/world", "", &json!({"rail_sign_out": true}))
        .await;
    assert_eq!(browser.is_login().await, "N");
}
