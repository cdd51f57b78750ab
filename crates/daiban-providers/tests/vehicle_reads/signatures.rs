//! Vectors of version 1.0: ours, and the shared ones where they are at hand.

use daiban_core::secret::Secret;
use daiban_providers::vehicle::signature::{Key, Signed, content_md5, signature, string_to_sign};
use serde_json::Value;

use crate::{json, shared};

fn check(vector: &Value, key: &Key) {
    let text = |name: &str| vector[name].as_str().unwrap_or_default();
    let path_and_query = match text("query") {
        "" => text("path").to_owned(),
        query => format!("{}?{query}", text("path")),
    };
    let signed = Signed {
        accept: text("accept"),
        nonce: text("nonce"),
        timestamp: text("timestamp"),
        method: text("method"),
        path_and_query: &path_and_query,
        body: text("body").as_bytes(),
    };
    let id = text("id");
    assert_eq!(signature(key, &signed), text("signature"), "{id}");
    if let Some(expected) = vector["string_to_sign"].as_str() {
        assert_eq!(string_to_sign(&signed), expected, "{id}");
    }
    let md5 = ["content_md5", "content_md5_base64"].map(|name| text(name));
    assert!(md5.contains(&content_md5(signed.body).as_str()), "{id}");
}

#[test]
fn ours() {
    let file = json(include_str!(
        "../../fixtures/vehicle/signature_vectors.json"
    ));
    let vectors = file["vectors"].as_array().unwrap();
    assert_eq!(vectors.len(), 4);
    for (name, encoding) in [("key", "text"), ("key_base64", "base64")] {
        let key = Key::of(&Secret::from(file[name].as_str().unwrap()), encoding).unwrap();
        for vector in vectors {
            check(vector, &key);
        }
    }
}

#[test]
fn shared_ones() {
    let Some(file) = shared("signature-vectors.json") else {
        return;
    };
    let vectors = file["vectors"].as_array().unwrap();
    assert!(vectors.len() >= 2);
    for vector in vectors {
        let key = Secret::from(vector["key_ascii"].as_str().unwrap());
        check(vector, &Key::of(&key, "text").unwrap());
    }
}
