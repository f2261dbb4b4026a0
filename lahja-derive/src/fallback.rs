//! The least impls of wrong items. They only have to type-check: the item does not compile.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Generics, Ident, parse_quote};

use crate::ast::{Enumeration, Event, Message, MessageEncoding, Oneof};

pub(crate) fn event(event: &Event<'_>) -> TokenStream {
    let (ident, generics) = (event.message.ident, event.message.generics);
    let impl_message = message(&event.message);
    let impl_event = implement(
        &quote!(::lahja::Event),
        ident,
        generics,
        &quote!(::lahja::prost::Message + Clone + Default + 'static),
        &quote!(
            const NAME: &'static str = "";
        ),
    );
    let impl_request = event.response.as_ref().map(|response| {
        implement(
            &quote!(::lahja::Request),
            ident,
            generics,
            &quote!(::lahja::Event),
            &quote!(type Response = #response;),
        )
    });
    quote!(#impl_message #impl_event #impl_request)
}

pub(crate) fn message(message: &Message<'_>) -> TokenStream {
    let (ident, generics) = (message.ident, message.generics);
    let encoding = match message.encoding {
        MessageEncoding::Derived(_) => Some(impl_message(ident, generics)),
        MessageEncoding::Foreign => None,
    };
    let element = implement(
        &quote!(::lahja::__private::Element),
        ident,
        generics,
        &quote!(::lahja::prost::Message + Default),
        &quote!(
            type Codec = ::lahja::__private::Message;
        ),
    );
    quote!(#encoding #element)
}

pub(crate) fn enumeration(enumeration: &Enumeration<'_>) -> TokenStream {
    let (ident, generics) = (enumeration.ident, enumeration.generics);
    let implement = |path: TokenStream, bounds: TokenStream, body: TokenStream| {
        implement(&path, ident, generics, &bounds, &body)
    };
    let default = implement(
        quote!(::core::default::Default),
        quote!(Sized),
        quote!(
            fn default() -> Self {
                ::core::unimplemented!()
            }
        ),
    );
    let try_from = implement(
        quote!(::core::convert::TryFrom<i32>),
        quote!(Sized),
        quote! {
            type Error = ::lahja::prost::UnknownEnumValue;
            fn try_from(_: i32) -> ::core::result::Result<Self, Self::Error> {
                ::core::unimplemented!()
            }
        },
    );
    let bounds = quote!(Copy + PartialEq + ::core::convert::Into<i32>);
    let element = implement(
        quote!(::lahja::__private::Element),
        bounds.clone(),
        quote!(
            type Codec = ::lahja::__private::Enumeration;
        ),
    );
    let field = implement(
        quote!(::lahja::__private::Field),
        bounds,
        quote!(
            type Codec = ::lahja::__private::Implicit<::lahja::__private::Enumeration>;
        ),
    );
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    quote! {
        impl #impl_generics ::core::convert::From<#ident #ty_generics> for i32 {
            fn from(_: #ident #ty_generics) -> Self { ::core::unimplemented!() }
        }
        #default #try_from #element #field
    }
}

pub(crate) fn oneof(oneof: &Oneof<'_>) -> TokenStream {
    let body = quote! {
        const TAGS: &'static [u32] = &[0];
        fn encode(&self, _: &mut impl ::lahja::prost::bytes::BufMut) {}
        fn merge(
            _: &mut ::core::option::Option<Self>,
            _: u32,
            _: ::lahja::prost::encoding::WireType,
            _: &mut impl ::lahja::prost::bytes::Buf,
            _: ::lahja::prost::encoding::DecodeContext,
        ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
            ::core::unimplemented!()
        }
        fn encoded_len(&self) -> usize { 0 }
    };
    let path = quote!(::lahja::__private::Oneof);
    implement(&path, oneof.ident, oneof.generics, &quote!(Sized), &body)
}

fn impl_message(ident: &Ident, generics: &Generics) -> TokenStream {
    let body = quote! {
        fn encode_raw(&self, _: &mut impl ::lahja::prost::bytes::BufMut) {}
        fn merge_field(
            &mut self,
            _: u32,
            _: ::lahja::prost::encoding::WireType,
            _: &mut impl ::lahja::prost::bytes::Buf,
            _: ::lahja::prost::encoding::DecodeContext,
        ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
            ::core::unimplemented!()
        }
        fn encoded_len(&self) -> usize { 0 }
        fn clear(&mut self) {}
    };
    let path = quote!(::lahja::prost::Message);
    implement(&path, ident, generics, &quote!(Send + Sync), &body)
}

/// An impl that holds where `bounds` do, so that a lack of them is no further error.
fn implement(
    path: &TokenStream,
    ident: &Ident,
    generics: &Generics,
    bounds: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let mut generics = generics.clone();
    let (_, ty_generics, _) = generics.split_for_impl();
    let ty = quote!(#ident #ty_generics);
    // A bound without parameters must hold at once, unless it is quantified:
    // https://github.com/rust-lang/rust/issues/48214
    generics
        .make_where_clause()
        .predicates
        .push(parse_quote!(for<'workaround> #ty: #bounds));
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let where_clause = where_clause.to_token_stream();
    quote! {
        #[automatically_derived]
        impl #impl_generics #path for #ty #where_clause { #body }
    }
}
