//! The real listener: who may be listened to, TLS, a certificate that is renewed, slow callers, the farewell.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use daiban::{
    app::AppError,
    clock::SystemClock,
    config::{Config, Overrides},
    net::{self, system_chance},
    serve,
    wiring::{Ground, Wired, wire},
};
use daiban_core::{
    household::Role,
    secret::{Redactor, Secret},
};
use daiban_engine::EngineOptions;
use daiban_store::SqliteStore;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

struct Running {
    address: std::net::SocketAddr,
    said: serde_json::Value,
    stop: watch::Sender<bool>,
    done: JoinHandle<()>,
}

async fn wired(dir: &Path, settings: &[(&'static str, &str)], admin: bool) -> Wired {
    let mut flags = Overrides::default()
        .with("data_dir", Some(dir.to_string_lossy()))
        .with("server.listen", Some("127.0.0.1:0"));
    for (name, value) in settings {
        flags = flags.with(name, Some(*value));
    }
    let wired = wire(Ground {
        config: Config::load(None, &BTreeMap::new(), flags).unwrap(),
        store: SqliteStore::in_memory().await.unwrap(),
        clock: Arc::new(SystemClock),
        wall: Arc::new(SystemClock),
        engine: EngineOptions::default(),
        chance: system_chance(),
        redactor: Redactor::default(),
    })
    .await
    .unwrap();
    if admin {
        let password = Secret::new("a long password");
        let access = wired.app.access();
        access
            .add_user("林岚", Role::Admin, &password)
            .await
            .unwrap();
    }
    wired
}

async fn running(dir: &Path, settings: &[(&'static str, &str)]) -> Running {
    let wired = wired(dir, settings, true).await;
    let listening = serve::listen(&wired).await.unwrap();
    let (address, said) = (listening.address, listening.said());
    let (stop, stopped) = watch::channel(false);
    let done = tokio::spawn(async move {
        let router = wired.router();
        listening.run(&wired, router, stopped).await;
    });
    Running {
        address,
        said,
        stop,
        done,
    }
}

/// A certificate for `daiban.example` and 127.0.0.1, made here and good for nothing else.
struct Made {
    cert: String,
    key: String,
}

fn made() -> Made {
    let names = vec!["daiban.example".to_owned(), "127.0.0.1".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    Made {
        cert: made.cert.pem(),
        key: made.signing_key.serialize_pem(),
    }
}

fn write(dir: &Path, made: &Made) -> (String, String) {
    let (cert, key) = (dir.join("cert.txt"), dir.join("key.txt"));
    std::fs::write(&cert, &made.cert).unwrap();
    std::fs::write(&key, &made.key).unwrap();
    let text = |path: &Path| path.to_string_lossy().into_owned();
    (text(&cert), text(&key))
}

/// A browser that believes this certificate and no other.
fn believing(made: &Made) -> reqwest::Client {
    net::install_tls();
    let root = reqwest::Certificate::from_pem(made.cert.as_bytes()).unwrap();
    reqwest::Client::builder()
        .no_proxy()
        .tls_certs_only([root])
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .build()
        .unwrap()
}

#[tokio::test]
async fn beyond_this_machine_only_with_an_admin_and_without_passwords_in_the_clear() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = write(dir.path(), &made());
    let tls = [
        ("server.tls_cert", cert.as_str()),
        ("server.tls_key", key.as_str()),
    ];
    let proxy = [("server.behind_proxy", "true")];
    for (address, settings, admin, refused) in [
        ("127.0.0.1:0", &[][..], false, false),
        ("[::1]:0", &[], false, false),
        ("0.0.0.0:0", &[], false, true),
        ("0.0.0.0:0", &tls, false, true),
        ("0.0.0.0:0", &[], true, true),
        ("[::]:0", &[], true, true),
        ("0.0.0.0:0", &proxy, true, false),
        ("0.0.0.0:0", &tls, true, false),
    ] {
        let settings = [settings, &[("server.listen", address)]].concat();
        let wired = wired(dir.path(), &settings, admin).await;
        match serve::listen(&wired).await {
            Err(AppError::Settings(wrong)) => {
                assert!(refused, "{settings:?} {admin}: {wrong:?}");
                assert_eq!(wrong.field, "server.listen");
                let advice = if admin {
                    "server.behind_proxy = true"
                } else {
                    "user add"
                };
                assert!(wrong.text.en.contains(advice) && wrong.text.zh.contains(advice));
            }
            Err(other) => panic!("{other:?}"),
            Ok(_) => assert!(!refused, "{settings:?} {admin}"),
        }
    }
}

#[tokio::test]
async fn settings_that_do_not_fit_are_named() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = write(dir.path(), &made());
    let other = dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    let (_, other_key) = write(&other, &made());
    for (settings, field) in [
        (
            [
                ("server.tls_cert", cert.as_str()),
                ("server.tls_key", "/nowhere"),
            ],
            "server.tls_key",
        ),
        (
            [
                ("server.tls_cert", "/nowhere"),
                ("server.tls_key", key.as_str()),
            ],
            "server.tls_cert",
        ),
        (
            [
                ("server.tls_cert", key.as_str()),
                ("server.tls_key", key.as_str()),
            ],
            "server.tls_cert",
        ),
        (
            [
                ("server.tls_cert", cert.as_str()),
                ("server.tls_key", cert.as_str()),
            ],
            "server.tls_key",
        ),
        (
            [
                ("server.tls_cert", cert.as_str()),
                ("server.tls_key", other_key.as_str()),
            ],
            "server.tls_key",
        ),
    ] {
        let wired = wired(dir.path(), &settings, true).await;
        let Err(AppError::Settings(wrong)) = serve::listen(&wired).await else {
            panic!("{settings:?} was taken")
        };
        assert_eq!(wrong.field, field, "{settings:?}");
        assert!(!format!("{wrong:?}").contains("PRIVATE"), "{wrong:?}");
    }
    for (name, value) in [
        ("server.tls_cert", "relative/path"),
        ("server.trusted_proxies", "nas"),
        ("server.trusted_proxies", "10.0.0.0/40"),
        ("server.hosts", "http://nas"),
        ("server.rate_limit", "-1"),
        ("server.behind_proxy", "maybe"),
    ] {
        let flags = Overrides::default().with(name, Some(value));
        let error = Config::load(None, &BTreeMap::new(), flags).unwrap_err();
        assert_eq!(error.key, name);
    }
    let half = Overrides::default()
        .with("data_dir", Some("/tmp/x"))
        .with("server.tls_cert", Some(cert));
    let error = Config::load(None, &BTreeMap::new(), half).unwrap_err();
    assert_eq!(error.key, "server.tls_key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_of_our_own_with_a_certificate_that_is_renewed() {
    let dir = tempfile::tempdir().unwrap();
    let first = made();
    let (cert, key) = write(dir.path(), &first);
    let settings = [
        ("server.tls_cert", cert.as_str()),
        ("server.tls_key", key.as_str()),
        ("server.hosts", "daiban.example"),
    ];
    let running = running(dir.path(), &settings).await;
    assert!(
        running.said["listen"]
            .as_str()
            .unwrap()
            .starts_with("https://127.0.0.1:")
    );
    let url = format!("https://{}/signin", running.address);
    let answer = believing(&first).get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.headers()["strict-transport-security"],
        "max-age=15552000"
    );
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(!answer.headers().contains_key("server"));
    // Nobody else's certificate, and no page in the clear.
    assert!(believing(&made()).get(&url).send().await.is_err());
    let mut plain = TcpStream::connect(running.address).await.unwrap();
    let answer = exchange(
        &mut plain,
        b"GET /signin HTTP/1.1\r\nhost: localhost\r\n\r\n",
    )
    .await;
    assert!(!answer.starts_with("HTTP/"), "{answer}");

    // A key that does not fit leaves the old one in use; then the pair is whole.
    let second = made();
    std::fs::write(&key, &second.key).unwrap();
    sleep(Duration::from_millis(2_100)).await;
    assert!(believing(&first).get(&url).send().await.is_ok());
    std::fs::write(&cert, &second.cert).unwrap();
    sleep(Duration::from_millis(2_100)).await;
    assert_eq!(
        believing(&second).get(&url).send().await.unwrap().status(),
        200
    );
    assert!(believing(&first).get(&url).send().await.is_err());
    running.stop.send(true).unwrap();
    timeout(Duration::from_secs(4), running.done)
        .await
        .unwrap()
        .unwrap();
}

/// The real binary: `healthcheck` believes the certificate it is started with.
#[test]
fn healthcheck_speaks_tls() {
    let mut home = crate::program::Home::new();
    let (cert, key) = write(home.dir.path(), &made());
    home.set("DAIBAN_SERVER__TLS_CERT", &cert);
    home.set("DAIBAN_SERVER__TLS_KEY", &key);
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    home.set("DAIBAN_SERVER__LISTEN", &format!("127.0.0.1:{port}"));
    let mut serve = home.command(&["serve", "--json"]).spawn().unwrap();
    let ready = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(100));
        home.run(&["healthcheck"], "").status.success()
    });
    let _ = serve.kill();
    let _ = serve.wait();
    assert!(ready);
}

async fn exchange(stream: &mut TcpStream, request: &[u8]) -> String {
    // Whoever is refused early may be cut off while still speaking.
    let _ = stream.write_all(request).await;
    let mut answer = vec![0; 64 * 1024];
    let read = timeout(Duration::from_secs(20), stream.read(&mut answer)).await;
    let read = read.unwrap().unwrap_or(0);
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_that_are_no_request() {
    let dir = tempfile::tempdir().unwrap();
    let running = running(dir.path(), &[]).await;
    let long = format!(
        "GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n",
        "x".repeat(100_000)
    );
    for (request, status) in [
        (&b"GET /more\0 HTTP/1.1\r\nhost: localhost\r\n\r\n"[..], "400"),
        (b"GET /mo re HTTP/1.1\r\nhost: localhost\r\n\r\n", "400"),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", "400"),
        (b"GET /more HTTP/1.1\r\nhost: localhost\r\nhost: evil.example\r\n\r\n", "421"),
        (b"GET http://evil.example/more HTTP/1.1\r\nhost: localhost\r\n\r\n", "421"),
        (b"GET /more HTTP/1.1\r\nhost: evil.example\r\n\r\n", "421"),
        (b"POST /signin HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", "4"),
        (b"POST /signin HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef", "400"),
        (long.as_bytes(), ""),
    ] {
        let mut stream = TcpStream::connect(running.address).await.unwrap();
        let answer = exchange(&mut stream, request).await;
        let got = answer.split(' ').nth(1).unwrap_or_default();
        let shown = String::from_utf8_lossy(&request[..request.len().min(80)]).into_owned();
        let fits = got.starts_with(status) && !got.starts_with('2');
        assert!(fits, "{shown:?}: {answer}");
    }
    running.stop.send(true).unwrap();
    running.done.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_speaks_byte_by_byte_is_cut_off_and_who_is_heard_is_let_finish() {
    let dir = tempfile::tempdir().unwrap();
    let running = running(dir.path(), &[]).await;
    let mut slow = TcpStream::connect(running.address).await.unwrap();
    let began = Instant::now();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\n")
        .await
        .unwrap();
    let mut fast = TcpStream::connect(running.address).await.unwrap();
    let head = b"POST /signin HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 4\r\n\r\n";
    let mut rest = Vec::new();
    let cut = timeout(Duration::from_secs(25), slow.read_to_end(&mut rest)).await;
    assert!(cut.is_ok(), "still open after 25 seconds");
    let open = began.elapsed();
    assert!(open > Duration::from_secs(10), "{open:?}");

    // The second asks now; its form comes after the signal and is still answered.
    drop(fast);
    fast = TcpStream::connect(running.address).await.unwrap();
    fast.write_all(head).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    running.stop.send(true).unwrap();
    sleep(Duration::from_millis(300)).await;
    assert!(
        TcpStream::connect(running.address).await.is_err(),
        "nobody new is taken"
    );
    let answer = exchange(&mut fast, b"a=bc").await;
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    timeout(Duration::from_secs(5), running.done)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_farewell_is_not_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let running = running(dir.path(), &[]).await;
    let mut never = TcpStream::connect(running.address).await.unwrap();
    never
        .write_all(b"POST /signin HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 9\r\n\r\n")
        .await
        .unwrap();
    sleep(Duration::from_millis(300)).await;
    let began = Instant::now();
    running.stop.send(true).unwrap();
    timeout(Duration::from_secs(8), running.done)
        .await
        .unwrap()
        .unwrap();
    let took = began.elapsed();
    assert!(
        took > Duration::from_secs(4) && took < Duration::from_secs(7),
        "{took:?}"
    );
}
