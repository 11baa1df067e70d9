import { ConfigurationError } from "../../errors/configuration-error";
import type { Fault } from "../faults/fault";
import { readJson } from "../http/read-body";
import { Refusal } from "../http/refusal";
import { json } from "../http/reply";
import type { ControlHandler } from "./route";

export const listFaults: ControlHandler = (_, state) => json(200, { faults: state.faults.list() });

export const addFault: ControlHandler = async (exchange, state) => {
  const fault = (await readJson(exchange.request)) as Fault;
  try {
    return json(201, { id: state.faults.add(fault) });
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new Refusal(400, { message: error.message, field: error.path });
  }
};

export const clearFaults: ControlHandler = (_, state) => {
  state.faults.clear();
  return json(200, { success: true });
};

export const removeFault: ControlHandler = (_, state, id) => {
  if (state.faults.remove(id)) return json(200, { success: true });
  throw new Refusal(404, { message: `There is no fault ${id}.` });
};
