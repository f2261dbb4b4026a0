import { requestType, type RequestType } from "../../src/index.js";
import { AnswerSchema, AskSchema, Desk, FailSchema, HangSchema } from "../gen/conformance_pb.js";

export const Ask = requestType(AskSchema, AnswerSchema);
export const Fail = requestType(FailSchema, AnswerSchema);
export const Hang = requestType(HangSchema, AnswerSchema);
export const Touch = Desk.method.touch;

export const REQUESTS: RequestType[] = [Ask, Fail, Hang, Touch];
