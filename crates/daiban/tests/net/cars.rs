//! What cars ask of the net: bodies of every method as they were signed, polls of an account that keep nobody else waiting,
//! and not a word of an address, a header or a body in any log.

use daiban_core::{http::Method, provider::Provider as _};
use daiban_providers::vehicle::Vehicles;

use super::*;

const PATH: &str = "/remote-control/vehicle/telematics/LTESTVHC7E0000001";
/// As it is signed: nothing of it may be written otherwise on the way.
const QUERY: &str =
    "?iccid=89860000000000000000&latest=False&target=basic%2Cmore&userId=1000001&empty=";
const TOKEN: &str = "test-access-token-1/+=";
const BODY: &str = r#"{"command":"start","serviceId":"RDU","name":"天安门","userId":"1000001"}"#;

/// One request as a server heard it.
#[derive(Debug, Clone, PartialEq)]
struct Heard {
    method: String,
    target: String,
    token: String,
    body: Vec<u8>,
}

/// A server that writes down what it hears, and a way to read that.
async fn listening() -> (String, Arc<Mutex<Vec<Heard>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keep = heard.clone();
    let hear = move |request: axum::extract::Request| async move {
        let (head, body) = request.into_parts();
        let header = |name: &str| Some(head.headers.get(name)?.to_str().unwrap().to_owned());
        let heard = Heard {
            method: head.method.to_string(),
            target: head.uri.to_string(),
            token: header("authorization").unwrap_or_default(),
            body: axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec(),
        };
        keep.lock().unwrap().push(heard);
        "{}"
    };
    (serve(Router::new().fallback(any(hear))).await, heard)
}

fn request(method: Method, base: &str, body: Option<&str>) -> Request {
    Request {
        method,
        body: body.map(|body| body.as_bytes().to_vec()),
        ..Request::get(format!("{base}{PATH}{QUERY}"))
    }
    .header("authorization", TOKEN)
    .header(
        "x-api-signature-nonce",
        "11111111-2222-4333-8444-555555555555",
    )
}

#[tokio::test]
async fn every_method_arrives_as_it_was_signed() {
    let (base, heard) = listening().await;
    let line = Home::new().await.plain().line(&descriptor(0, 1000), None);
    for method in [Method::Put, Method::Delete, Method::Post, Method::Get] {
        for body in [Some(BODY), Some(""), None] {
            if method == Method::Get && body.is_some() {
                continue;
            }
            line.send(request(method, &base, body)).await.unwrap();
            let arrived = heard.lock().unwrap().pop().unwrap();
            let expected = Heard {
                method: method.as_str().to_owned(),
                target: format!("{PATH}{QUERY}"),
                token: TOKEN.to_owned(),
                body: body.unwrap_or_default().as_bytes().to_vec(),
            };
            assert_eq!(arrived, expected, "{method:?} {body:?}");
        }
    }
}

/// The line of a car's owner, as the service is described.
fn owners_line(net: &Arc<Net>, name: &str) -> daiban::net::Line {
    let vehicles = Vehicles::default();
    net.line(vehicles.descriptor(), Some(&account(name)))
}

#[tokio::test]
async fn a_watch_keeps_the_floor_whatever_its_method_and_steps_go_at_once() {
    let (base, heard) = listening().await;
    let home = Home::new().await;
    let net = home.plain();
    let (one, other) = (owners_line(&net, "a"), owners_line(&net, "b"));
    let get = || request(Method::Get, &base, None);
    let put = || request(Method::Put, &base, Some(BODY));
    one.send(get().poll()).await.unwrap();
    let floor_ends = home.clock.now() + SignedDuration::from_secs(60);
    for poll in [
        get().poll(),
        put().poll(),
        request(Method::Delete, &base, None).poll(),
    ] {
        assert_eq!(held_until(one.send(poll).await), floor_ends);
    }
    for step in [get(), put(), request(Method::Delete, &base, None)] {
        one.send(step).await.unwrap();
    }
    assert_eq!(
        held_until(one.send(get().poll()).await),
        floor_ends,
        "steps change nothing"
    );
    other.send(put().poll()).await.unwrap();
    assert_eq!(
        held_until(other.send(get().poll()).await),
        floor_ends,
        "a PUT begins a floor"
    );
    let restarted = owners_line(&home.plain(), "a");
    assert_eq!(held_until(restarted.send(put().poll()).await), floor_ends);
    assert_eq!((heard.lock().unwrap().len(), home.seconds()), (5, 0.0));
    home.pass(SignedDuration::from_secs(60));
    one.send(get().poll()).await.unwrap();
}

#[tokio::test]
async fn a_slower_watch_slows_no_command() {
    let (base, _heard) = listening().await;
    let home = Home::new().await;
    let settings = NetSettings {
        floors_s: BTreeMap::from([(Service::Vehicle, 1800)]),
        ..quick()
    };
    let line = owners_line(&home.net(settings), "a");
    let get = || request(Method::Get, &base, None);
    line.send(get().poll()).await.unwrap();
    let until = held_until(line.send(get().poll()).await);
    assert_eq!(until, home.clock.now() + SignedDuration::from_secs(1800));
    let command = request(Method::Put, &base, Some(BODY));
    line.send(command).await.unwrap();
    line.send(get()).await.unwrap();
    assert_eq!(home.seconds(), 0.0);
}

/// What must never be read anywhere: of the address, the headers, the bodies, the answers.
const CANARIES: [&str; 12] = [
    "LTESTVHC7E000",
    "remote-control",
    "telematics",
    "89860000",
    "1000001",
    "userId",
    "basic%2C",
    "test-access-token",
    "11111111-2222",
    "RDU",
    "天安门",
    "canary",
];

fn assert_silent(text: &str, about: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{about}: {canary} in {text}");
    }
}

/// Everything that anybody says, at every level.
fn listen_to_log() -> (Log, tracing::subscriber::DefaultGuard) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .finish();
    (log, tracing::subscriber::set_default(subscriber))
}

fn said(log: &Log) -> String {
    String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
}

/// An answer with all of it in body and headers, and its kind by the number of the request.
fn telling(hit: usize) -> Answer {
    let location = format!("{PATH}{QUERY}");
    let told = [
        ("set-cookie", "session=canary-cookie; Path=/"),
        ("location", location.as_str()),
        ("x-trace", "canary-trace LTESTVHC7E0000001"),
    ];
    let body = r#"{"vin":"LTESTVHC7E0000001","latitude":"143671320","canary":"answer"}"#;
    match hit {
        0 => answer(200, &told, body),
        1 => answer(302, &told, ""),
        2 => answer(403, &told, body),
        3 => answer(500, &told, "<html>canary LTESTVHC7E0000001</html>"),
        4 => answer(200, &told, body.repeat(400)),
        5 => answer(
            200,
            &told,
            " <html>您的请求过于频繁 LTESTVHC7E0000001</html>",
        ),
        _ => answer(
            429,
            &[told[0], told[1], told[2], ("retry-after", "120")],
            body,
        ),
    }
}

/// Each way to get an answer, or none from a server that is there, and what is left for people to read of it.
#[tokio::test]
async fn nothing_of_a_request_or_its_answer_is_in_the_log() {
    let (log, guard) = listen_to_log();
    let home = Home::new().await;
    let settings = NetSettings {
        max_answer_bytes: 10_000,
        ..quick()
    };
    let net = home.net(settings);
    let server = double(telling).await;
    let line = owners_line(&net, "a");
    let mut failures = Vec::new();
    for hit in 0..7 {
        let method = [Method::Put, Method::Get, Method::Delete][hit % 3];
        let body = (method != Method::Get).then_some(BODY);
        let request = request(method, &server.base, body).ban_sign(ban_sign);
        match line.send(request).await {
            Ok(response) => assert!(response.status >= 200, "{hit}"),
            Err(failure) => failures.push(failure.to_string()),
        }
        home.pass(SignedDuration::from_hours(1));
    }
    let closed = line
        .send(request(Method::Put, &server.base, Some(BODY)).poll())
        .await;
    closed.unwrap();
    let held = line
        .send(request(Method::Put, &server.base, Some(BODY)).poll())
        .await;
    failures.push(held.unwrap_err().to_string());
    drop(guard);

    assert_eq!(failures.len(), 3, "too long, banned, held: {failures:?}");
    assert_eq!(server.hits(), 8);
    let problems = format!("{:?}", home.store.problems(None).await.unwrap());
    let log = said(&log);
    assert!(
        log.contains("has had enough of us"),
        "something is said: {log}"
    );
    for text in failures.iter().chain([&problems, &log]) {
        assert_silent(text, "answered");
    }
}

/// Addresses and headers that cannot be sent, and servers that are not there.
async fn never_sent() -> Vec<Request> {
    let plain = double(fine).await;
    let tls = plain.base.replace("http://", "https://");
    let closed = format!("http://{}", closed_port().await);
    let mut unsendable = vec![
        request(Method::Put, &closed, Some(BODY)),
        request(Method::Put, &tls, Some(BODY)),
        request(Method::Put, "http://device-api.example.com", Some(BODY)),
        request(Method::Delete, "ftp://127.0.0.1", None),
        request(Method::Get, "not an address", None),
        request(Method::Get, "http://", None),
    ];
    let broken = format!("{TOKEN}\nLTESTVHC7E0000001");
    let request = request(Method::Put, &plain.base, Some(BODY));
    unsendable.push(request.header("x-vehicle-identifier", broken));
    unsendable
}

/// Servers that take a request and never answer it properly.
async fn unanswered() -> Vec<Request> {
    let mut bases = Vec::new();
    for bytes in [
        b"".as_slice(),
        b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\ncanary LTESTVHC7E0000001",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 6\r\n\r\ncanary",
        b"canary LTESTVHC7E0000001, not http at all\r\n\r\n",
    ] {
        bases.push(cutting(bytes).await);
    }
    let silent = Router::new().fallback(any(std::future::pending::<&'static str>));
    bases.push(serve(silent).await);
    let put = |base: &String| request(Method::Put, base, Some(BODY));
    bases.iter().map(put).collect()
}

#[tokio::test]
async fn nothing_of_a_request_that_got_no_answer_is_in_the_log() {
    let (log, guard) = listen_to_log();
    let home = Home::new().await;
    let settings = NetSettings {
        timeout: Duration::from_millis(200),
        ..quick()
    };
    let line = owners_line(&home.net(settings), "a");
    let mut failures = Vec::new();
    for request in never_sent().await {
        let failure = line.send(request).await.unwrap_err();
        assert!(
            matches!(failure, HttpFailure::NotSent { .. }),
            "{failure:?}"
        );
        failures.push(failure.to_string());
    }
    for request in unanswered().await {
        let failure = line.send(request).await.unwrap_err();
        assert!(
            matches!(failure, HttpFailure::NoAnswer { .. }),
            "{failure:?}"
        );
        failures.push(failure.to_string());
    }
    let log_so_far = said(&log);
    assert!(
        log_so_far.contains("cannot be reached"),
        "something is said"
    );
    assert_silent(&log_so_far, "log");
    for failure in &failures {
        assert_silent(failure, "failure");
    }
    tracing::info!("planted {PATH}{QUERY} {TOKEN} {BODY} canary 11111111-2222");
    drop(guard);
    let planted = said(&log);
    for canary in CANARIES {
        assert!(planted.contains(canary), "the search finds {canary}");
    }
}

#[tokio::test]
async fn nothing_is_in_the_log_when_our_own_rows_fail() {
    let (log, guard) = listen_to_log();
    let home = Home::new().await;
    let server = double(telling).await;
    let net = home.plain();
    let put = || request(Method::Put, &server.base, Some(BODY));
    let full =
        "CREATE TRIGGER full BEFORE INSERT ON sealed BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    home.store.raw(full).await.unwrap();
    let line = owners_line(&net, "a");
    let mut failures = Vec::new();
    for _ in 0..2 {
        failures.push(line.send(put()).await.unwrap_err().to_string());
    }
    home.store.raw("DROP TRIGGER full").await.unwrap();
    line.send(put()).await.unwrap();
    home.store
        .raw("UPDATE sealed SET content = 'torn'")
        .await
        .unwrap();
    let torn = owners_line(&home.plain(), "a").send(put()).await;
    failures.push(torn.unwrap_err().to_string());
    home.store.raw("DROP TABLE budgets").await.unwrap();
    failures.push(line.send(put()).await.unwrap_err().to_string());
    drop(guard);
    for text in failures.iter().chain([&said(&log)]) {
        assert_silent(text, "our rows");
    }
}
