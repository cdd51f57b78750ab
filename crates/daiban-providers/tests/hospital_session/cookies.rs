//! The sign-in is cookies: whatever any step sets goes back with the next, and cookies of one name on different paths are
//! two.

use async_trait::async_trait;
use daiban_core::http::{Http, HttpFailure, Lines, Request, Response};
use daiban_core::id::AccountId;
use daiban_core::service::Service;
use serde_json::{Value, json};
use std::sync::Arc;

use crate::kit::jars::{CookieLines, Jars};
use crate::{Answer, Script, Signed, data_of, png, user};

/// Lines that all end in one script.
struct ScriptLines(Arc<Script>);

impl Lines for ScriptLines {
    fn line(&self, _: Service, _: Option<&AccountId>) -> Box<dyn Http> {
        Box::new(ScriptLine(self.0.clone()))
    }
}

struct ScriptLine(Arc<Script>);

#[async_trait]
impl Http for ScriptLine {
    async fn send(&self, request: Request) -> Result<Response, HttpFailure> {
        self.0.send(request).await
    }
}

fn setting(mut response: Response, cookies: &[&str]) -> Answer {
    let headers = cookies
        .iter()
        .map(|cookie| ("set-cookie".to_owned(), (*cookie).to_owned()));
    response.headers.extend(headers);
    response.into()
}

/// The cookies that went with each request, sorted.
fn sent(script: &Script) -> Vec<Vec<String>> {
    let sent = script.sent.lock().unwrap();
    let cookies = |request: &Request| {
        let header = request.headers.iter().find(|(name, _)| *name == "cookie");
        let pairs = header.map_or("", |(_, value)| value.as_str()).split("; ");
        let mut pairs: Vec<String> = pairs
            .filter(|pair| !pair.is_empty())
            .map(str::to_owned)
            .collect();
        pairs.sort();
        pairs
    };
    sent.iter().map(cookies).collect()
}

#[tokio::test]
async fn whatever_any_step_sets_goes_back_with_the_next() {
    let script = Arc::new(Script::new([
        setting(
            png(),
            &[
                "imed_session=one_9000001; Path=/; HttpOnly",
                "agent_login_img_code=00000000000000000000000000000001; Path=/; HttpOnly",
            ],
        ),
        setting(data_of(json!(true)), &["imed_session=two_9000002; Path=/"]),
        // One name, two paths: two cookies.
        setting(
            data_of(Value::Null),
            &[
                "imed_session=web_9000003; Path=/web",
                "secure-key=00000000-0000-4000-8000-000000000001; Path=/; HttpOnly",
            ],
        ),
        setting(
            data_of(user()),
            &[
                "cmi-user-ticket=SAMPLE-TICKET; Path=/; HttpOnly",
                "imed_session_tm=1795309200000; Path=/",
            ],
        ),
        data_of(user()).into(),
        setting(
            data_of(json!({ "status": "AUTH_PASS" })),
            &["imed_session=last_9000004; Path=/web"],
        ),
        data_of(json!({ "count": 0, "list": [] })).into(),
    ]));
    let jars = CookieLines::new(ScriptLines(script.clone()), Jars::default());
    let line = jars.line(Service::Hospital, Some(&"a1".into()));
    let signed = Signed::over(&*line, &script);
    signed.look(json!({ "do": "picture" })).await.unwrap();
    let code = json!({ "do": "check_picture", "code": "1234" });
    signed.look(code).await.unwrap();
    let code = json!({ "do": "send_code", "code": "1234" });
    signed.act(code).await.unwrap();
    let code = json!({ "do": "login", "code": "123456" });
    signed.act(code).await.unwrap();
    signed.look(json!({ "do": "real_name" })).await.unwrap();
    signed.look(json!({ "do": "patients" })).await.unwrap();

    let picture = "agent_login_img_code=00000000000000000000000000000001";
    let key = "secure-key=00000000-0000-4000-8000-000000000001";
    let (ticket, tm) = (
        "cmi-user-ticket=SAMPLE-TICKET",
        "imed_session_tm=1795309200000",
    );
    let root = "imed_session=two_9000002";
    let web = "imed_session=web_9000003";
    let whole = vec![picture, ticket, root, web, tm, key];
    let sent = sent(&script);
    assert_eq!(sent[0], Vec::<String>::new(), "the picture");
    assert_eq!(sent[1], [picture, "imed_session=one_9000001"], "checkcode");
    assert_eq!(sent[2], [picture, root], "verify-code");
    assert_eq!(sent[3], [picture, root, web, key], "login");
    assert_eq!(sent[4], whole, "user/info");
    assert_eq!(sent[5], whole, "real-name");
    let last = "imed_session=last_9000004";
    assert_eq!(sent[6], [picture, ticket, last, root, tm, key], "patients");
}
