//! `impl prost::Message`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;

use super::{codec, declaration};
use crate::ast::{Field, FieldKind, Message, MessageEncoding};

pub(crate) fn message(message: &Message<'_>) -> TokenStream {
    declared(message, None)
}

/// The message; where it is an event, `event` is what its declaration says of that.
pub(super) fn declared(message: &Message<'_>, event: Option<TokenStream>) -> TokenStream {
    let ident = message.ident;
    let encoding = match &message.encoding {
        MessageEncoding::Derived(fields) => Some(impl_message(ident, fields)),
        MessageEncoding::Foreign => None,
    };
    let declaration = declaration::message(message, event);
    quote! {
        #encoding
        ::lahja::__message! { type: #ident, declaration: #declaration }
    }
}

fn impl_message(ident: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let disjoint = disjoint(fields);
    let encode = encode(fields);
    let merge = fields.iter().map(|field| merge_arm(ident, field));
    let encoded_len = fields.iter().map(encoded_len);
    let names: Vec<_> = fields.iter().map(|field| field.ident).collect();
    let decode = decode(&names);
    quote! {
        #disjoint

        #[automatically_derived]
        #[allow(deprecated, unused_variables)]
        impl ::lahja::prost::Message for #ident {
            fn encode_raw(&self, buf: &mut impl ::lahja::prost::bytes::BufMut) {
                #encode
            }

            fn merge_field(
                &mut self,
                tag: u32,
                wire_type: ::lahja::prost::encoding::WireType,
                buf: &mut impl ::lahja::prost::bytes::Buf,
                ctx: ::lahja::prost::encoding::DecodeContext,
            ) -> ::core::result::Result<(), ::lahja::prost::DecodeError> {
                match tag {
                    #(#merge)*
                    _ => ::lahja::prost::encoding::skip_field(wire_type, tag, buf, ctx),
                }
            }

            fn encoded_len(&self) -> usize {
                0 #(+ #encoded_len)*
            }

            fn clear(&mut self) {
                #(self.#names = ::core::default::Default::default();)*
            }

            #decode
        }
    }
}

/// prost's own start from the struct's `Default`. That may say otherwise than protobuf, and what is
/// not on the wire must not come from there.
fn decode(names: &[&Ident]) -> TokenStream {
    let initial = quote!(Self { #(#names: ::core::default::Default::default()),* });
    quote! {
        fn decode(
            buf: impl ::lahja::prost::bytes::Buf,
        ) -> ::core::result::Result<Self, ::lahja::prost::DecodeError> {
            let mut message = #initial;
            ::lahja::prost::Message::merge(&mut message, buf)?;
            ::core::result::Result::Ok(message)
        }

        fn decode_length_delimited(
            buf: impl ::lahja::prost::bytes::Buf,
        ) -> ::core::result::Result<Self, ::lahja::prost::DecodeError> {
            let mut message = #initial;
            ::lahja::prost::Message::merge_length_delimited(&mut message, buf)?;
            ::core::result::Result::Ok(message)
        }
    }
}

/// Fields are written in the order of their numbers. Where a oneof stands in it, only the compiler
/// knows, so then it sorts.
fn encode(fields: &[Field<'_>]) -> TokenStream {
    if oneofs(fields).next().is_none() {
        let mut fields = Vec::from_iter(fields);
        fields.sort_by_key(|field| match field.kind {
            FieldKind::Single { tag, .. } => tag,
            FieldKind::Oneof => u32::MAX,
        });
        return fields.into_iter().map(encode_field).collect();
    }
    let names: Vec<Ident> = (0..fields.len())
        .map(|at| format_ident!("FIELD_{at}"))
        .collect();
    let firsts = fields.iter().map(first);
    let len = fields.len();
    let fields = fields.iter().map(encode_field);
    quote! {
        #(const #names: u32 = #firsts;)*
        const ORDER: [u32; #len] = ::lahja::__private::sorted([#(#names),*]);
        for first in ORDER {
            match first {
                #(#names => { #fields })*
                _ => {}
            }
        }
    }
}

/// The number by which a field is sorted.
fn first(field: &Field<'_>) -> TokenStream {
    match field.kind {
        FieldKind::Single { tag, .. } => quote!(#tag),
        FieldKind::Oneof => {
            let oneof = codec::oneof(field.ty);
            quote!(#oneof::FIRST)
        }
    }
}

fn encode_field(field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            quote!(#codec::encode(#tag, &self.#ident, buf);)
        }
        FieldKind::Oneof => {
            let oneof = codec::oneof(field.ty);
            quote!(#oneof::encode(&self.#ident, buf);)
        }
    }
}

fn encoded_len(field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            quote!(#codec::encoded_len(#tag, &self.#ident))
        }
        FieldKind::Oneof => {
            let oneof = codec::oneof(field.ty);
            quote!(#oneof::encoded_len(&self.#ident))
        }
    }
}

fn merge_arm(message: &Ident, field: &Field<'_>) -> TokenStream {
    let ident = field.ident;
    let (pattern, merge) = match field.kind {
        FieldKind::Single { tag, encoding } => {
            let codec = codec::field(field.ty, encoding);
            let merge = quote!(#codec::merge(wire_type, &mut self.#ident, buf, ctx));
            (quote!(#tag), merge)
        }
        FieldKind::Oneof => {
            let oneof = codec::oneof(field.ty);
            let merge = quote!(#oneof::merge(&mut self.#ident, tag, wire_type, buf, ctx));
            (quote!(tag if #oneof::TAGS.contains(&tag)), merge)
        }
    };
    let message = message.unraw().to_string();
    let field = ident.unraw().to_string();
    quote! {
        #pattern => #merge.map_err(::lahja::__private::in_field(#message, #field)),
    }
}

/// A oneof is derived apart from its message, so that their numbers differ is checked when both
/// are known.
fn disjoint(fields: &[Field<'_>]) -> TokenStream {
    let tags = fields.iter().filter_map(|field| match field.kind {
        FieldKind::Single { tag, .. } => Some(tag),
        FieldKind::Oneof => None,
    });
    let tags = quote!(&[#(#tags),*]);
    let oneofs: Vec<_> = oneofs(fields).collect();
    let checks = oneofs.iter().enumerate().map(|(at, field)| {
        let own = codec::oneof(field.ty);
        let others = oneofs[..at].iter().map(|other| codec::oneof(other.ty));
        quote_spanned! {field.ty.span()=>
            const _: () = {
                ::lahja::__private::assert_disjoint(#own::TAGS, #tags);
                #(::lahja::__private::assert_disjoint(#own::TAGS, #others::TAGS);)*
            };
        }
    });
    checks.collect()
}

fn oneofs<'a>(fields: &'a [Field<'a>]) -> impl Iterator<Item = &'a Field<'a>> {
    fields
        .iter()
        .filter(|field| matches!(field.kind, FieldKind::Oneof))
}
