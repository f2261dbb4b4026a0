//! Makes events of the .proto files.

fn main() -> lahja_build::Result<()> {
    let protos = [
        "proto/chat.proto",
        "proto/ping_pong.proto",
        "proto/request_api.proto",
    ];
    lahja_build::compile_protos(&protos, &["proto"])
}
