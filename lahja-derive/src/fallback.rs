//! The least impls of wrong items. They only have to type-check: the item does not compile.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Generics, Ident, parse_quote};

use crate::ast::{Enumeration, Event, Message, MessageEncoding, Oneof};

pub(crate) fn event(event: &Event<'_>) -> TokenStream {
    let item = Item::new(event.message.ident, event.message.generics);
    let message = message(&event.message);
    let event_impl = item.implement(
        quote!(::lahja::Event),
        quote!(::lahja::prost::Message + ::core::clone::Clone + ::core::default::Default + 'static),
        quote! { const NAME: &'static str = ""; },
    );
    let request_impl = event.response.as_ref().map(|response| {
        item.implement(
            quote!(::lahja::Request),
            quote!(::lahja::Event),
            quote! { type Response = #response; },
        )
    });
    quote!(#message #event_impl #request_impl)
}

pub(crate) fn message(message: &Message<'_>) -> TokenStream {
    let item = Item::new(message.ident, message.generics);
    let encoding = match message.encoding {
        MessageEncoding::Derived(_) => Some(item.encoding()),
        MessageEncoding::Foreign => None,
    };
    let element = item.implement(
        quote!(::lahja::__private::Element),
        quote!(::lahja::prost::Message + ::core::default::Default),
        quote! { type Codec = ::lahja::__private::Message; },
    );
    let declared = item.declared();
    quote!(#encoding #element #declared)
}

pub(crate) fn enumeration(enumeration: &Enumeration<'_>) -> TokenStream {
    let item = Item::new(enumeration.ident, enumeration.generics);
    let default = enumeration.default.is_none().then(|| item.default());
    let conversions = item.conversions();
    let bounds = quote! {
        ::core::marker::Copy
        + ::core::cmp::PartialEq
        + ::core::default::Default
        + ::core::convert::Into<i32>
    };
    let element = item.implement(
        quote!(::lahja::__private::Element),
        bounds.clone(),
        quote! { type Codec = ::lahja::__private::Enumeration; },
    );
    let field = item.implement(
        quote!(::lahja::__private::Field),
        bounds,
        quote! { type Codec = ::lahja::__private::Implicit<::lahja::__private::Enumeration>; },
    );
    let declared = item.declared();
    quote!(#default #conversions #element #field #declared)
}

pub(crate) fn oneof(oneof: &Oneof<'_>) -> TokenStream {
    let body = quote! {
        const TAGS: &'static [u32] = &[0];
        const DECLARATION: fn() -> ::lahja::__private::declare::Oneof = || ::core::unreachable!();
        fn encode(&self, _: &mut impl ::lahja::prost::bytes::BufMut) {}
        fn merge(
            _: &mut ::core::option::Option<Self>,
            _: u32,
            _: ::lahja::prost::encoding::WireType,
            _: &mut impl ::lahja::prost::bytes::Buf,
            _: ::lahja::prost::encoding::DecodeContext,
        ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
            ::core::unreachable!()
        }
        fn encoded_len(&self) -> usize { 0 }
    };
    Item::new(oneof.ident, oneof.generics).implement(
        quote!(::lahja::__private::Oneof),
        quote!(::core::marker::Sized),
        body,
    )
}

/// What is implemented for.
struct Item<'a> {
    ident: &'a Ident,
    generics: &'a Generics,
}

impl<'a> Item<'a> {
    fn new(ident: &'a Ident, generics: &'a Generics) -> Self {
        Self { ident, generics }
    }

    /// An impl that holds where `bounds` do, so that a lack of them is no further error.
    fn implement(&self, path: TokenStream, bounds: TokenStream, body: TokenStream) -> TokenStream {
        let ident = self.ident;
        let mut generics = self.generics.clone();
        let (_, ty_generics, _) = self.generics.split_for_impl();
        // A bound without parameters must hold at once, unless it is quantified:
        // https://github.com/rust-lang/rust/issues/48214
        generics
            .make_where_clause()
            .predicates
            .push(parse_quote!(for<'workaround> #ident #ty_generics: #bounds));
        let (impl_generics, _, where_clause) = generics.split_for_impl();
        quote! {
            #[automatically_derived]
            impl #impl_generics #path for #ident #ty_generics #where_clause { #body }
        }
    }

    fn encoding(&self) -> TokenStream {
        let body = quote! {
            fn encode_raw(&self, _: &mut impl ::lahja::prost::bytes::BufMut) {}
            fn merge_field(
                &mut self,
                _: u32,
                _: ::lahja::prost::encoding::WireType,
                _: &mut impl ::lahja::prost::bytes::Buf,
                _: ::lahja::prost::encoding::DecodeContext,
            ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
                ::core::unreachable!()
            }
            fn encoded_len(&self) -> usize { 0 }
            fn clear(&mut self) {}
        };
        self.implement(
            quote!(::lahja::prost::Message),
            quote!(::core::marker::Send + ::core::marker::Sync),
            body,
        )
    }

    fn declared(&self) -> TokenStream {
        let body = quote! {
            const NAMED: ::lahja::__private::Named = ::lahja::__private::Named::of::<()>(|| {
                ::lahja::__private::Declaration::Unknown
            });
        };
        self.implement(
            quote!(::lahja::__private::Declared),
            quote!(::core::marker::Sized),
            body,
        )
    }

    fn default(&self) -> TokenStream {
        self.implement(
            quote!(::core::default::Default),
            quote!(::core::marker::Sized),
            quote! { fn default() -> Self { ::core::unreachable!() } },
        )
    }

    fn conversions(&self) -> TokenStream {
        let ident = self.ident;
        let (impl_generics, ty_generics, _) = self.generics.split_for_impl();
        let body = quote! {
            type Error = ::lahja::prost::UnknownEnumValue;
            fn try_from(_: i32) -> ::core::result::Result<Self, Self::Error> {
                ::core::unreachable!()
            }
        };
        let path = quote!(::core::convert::TryFrom<i32>);
        let try_from = self.implement(path, quote!(::core::marker::Sized), body);
        quote! {
            #try_from
            #[automatically_derived]
            impl #impl_generics ::core::convert::From<#ident #ty_generics> for i32 {
                fn from(_: #ident #ty_generics) -> Self { ::core::unreachable!() }
            }
        }
    }
}
