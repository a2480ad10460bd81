/** The machine's CUDA driver, and ONNX Runtime's provider for it. @module */
export { type CudaDevice, type CudaDriver, cudaDriver } from "./driver.ts";
export { type CudaMachine, cudaProviderDir, loadCudaProvider, PROVIDER_VERSION } from "./provider.ts";
