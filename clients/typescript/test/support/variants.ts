import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import {
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";

/** Another version of the conformance kit's Note: its text is bytes, which need not be UTF-8. */
export function noteOfBytes(): DescMessage {
  const field = [{ name: "text", jsonName: "text", number: 2, type: Type.BYTES, label: Label.OPTIONAL }];
  const file = create(FileDescriptorProtoSchema, {
    name: "other.proto",
    package: "lahja.conformance.v1",
    syntax: "proto3",
    messageType: [{ name: "Note", field }],
  });
  return createFileRegistry(file, () => undefined).getMessage("lahja.conformance.v1.Note")!;
}
