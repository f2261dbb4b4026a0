//! What grows, and how far.

use crate::work::{Kind, MESSAGE_OVERHEAD, Work};

pub(super) struct Series {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// What its sizes count.
    pub(super) unit: &'static str,
    pub(super) points: Vec<Point>,
}

pub(super) struct Point {
    pub(super) size: usize,
    pub(super) work: Work,
}

pub(super) fn all() -> Vec<Series> {
    let mut all = vec![receivers(), payloads(), requests(), mesh()];
    if cfg!(feature = "types") {
        all.push(types());
    } else {
        eprintln!("types are skipped: they want `--features types`");
    }
    all
}

fn receivers() -> Series {
    Series {
        name: "receivers",
        title: "one way to so many receivers; CPU per event and receiver",
        unit: "receivers",
        points: points(&[1, 2, 4, 8, 16, 32, 64], |receivers| {
            work(Kind::Flow { receivers })
        }),
    }
}

fn types() -> Series {
    Series {
        name: "types",
        title: "one way, the receiver subscribing to so many types of event",
        unit: "types",
        points: points(&[1, 3, 10, 30, 100, 300, 1000], |types| Work {
            types,
            ..one_way()
        }),
    }
}

fn payloads() -> Series {
    const SIZES: [usize; 12] = [
        0,
        16,
        64,
        256,
        1 << 10,
        4 << 10,
        16 << 10,
        64 << 10,
        256 << 10,
        1 << 20,
        2 << 20,
        4 << 20,
    ];
    Series {
        name: "payload",
        title: "one way, payloads of so many bytes",
        unit: "bytes",
        points: points(&SIZES, |payload| Work {
            len: payload + MESSAGE_OVERHEAD,
            ..one_way()
        }),
    }
}

fn requests() -> Series {
    Series {
        name: "in-flight",
        title: "so many requests in flight",
        unit: "requests",
        points: points(&[1, 2, 4, 8, 16, 32, 64, 128, 256], |in_flight| {
            work(Kind::Requests { in_flight })
        }),
    }
}

/// From two endpoints, which exchange events, the others are idle.
fn mesh() -> Series {
    Series {
        name: "mesh",
        title: "one way, between two of so many endpoints that are all connected",
        unit: "endpoints",
        points: points(&[2, 5, 10, 20, 50, 100], |endpoints| Work {
            idle: endpoints - 2,
            ..one_way()
        }),
    }
}

fn one_way() -> Work {
    work(Kind::Flow { receivers: 1 })
}

fn work(kind: Kind) -> Work {
    Work::new("growth", "as the work grows", kind)
}

fn points(sizes: &[usize], work: impl Fn(usize) -> Work) -> Vec<Point> {
    let point = |size: &usize| Point {
        size: *size,
        work: work(*size),
    };
    sizes.iter().map(point).collect()
}
